import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { readIfThere } from '#platform/read-if-there.ts';

const age = z.object({
  watchedSince: z.string().exactOptional(),
  lastGood: z.string().exactOptional(),
  unchangedAt: z.string().exactOptional(),
});

const file = z.object({ version: z.literal(1), tenants: z.record(z.string(), age) });

/** What the watch remembers of a tenant, as Memory of notify has it for a single system. */
export type KeptAge = z.infer<typeof age>;

/** One file for all tenants, so that watching a thousand writes little. */
export interface KeptAges {
  of(id: string): KeptAge;
  keep(id: string, age: KeptAge): void;
  /** Writes what has changed. */
  save(): Promise<void>;
}

/** Keeps them in `tenants/watched.json` of the state folder. A file that is none is begun anew, as a memory is. */
export async function openAges(stateFolder: string): Promise<KeptAges> {
  const folder = join(stateFolder, 'tenants');
  const path = join(folder, 'watched.json');
  const ages = new Map(Object.entries(parse(await readIfThere(path))));
  let changed = false;
  return {
    of: (id) => ages.get(id) ?? {},
    keep(id, { watchedSince, lastGood, unchangedAt }) {
      const now: KeptAge = {
        ...(watchedSince === undefined ? {} : { watchedSince }),
        ...(lastGood === undefined ? {} : { lastGood }),
        ...(unchangedAt === undefined ? {} : { unchangedAt }),
      };
      changed ||= JSON.stringify(now) !== JSON.stringify(ages.get(id));
      ages.set(id, now);
    },
    async save() {
      if (!changed) return;
      changed = false;
      await privateFolder(folder);
      await writeFileAtomic(path, `${JSON.stringify({ version: 1, tenants: Object.fromEntries(ages) })}\n`);
    },
  };
}

function parse(text: string | undefined): Record<string, KeptAge> {
  if (text === undefined) return {};
  try {
    return file.parse(JSON.parse(text)).tenants;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return {};
    throw error;
  }
}
