import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { readIfThere } from '#platform/read-if-there.ts';
import { syncFolder } from '#platform/sync-folder.ts';

const restored = z.strictObject({
  /** Name of the archive that they come from. */
  archive: z.string(),
  /** ISO 8601, UTC. */
  restoredAt: z.iso.datetime(),
  /** A line for each setting that is another one since. */
  changes: z.array(z.string()),
});

/** Settings of `[backup]` that a restore brought back. */
export type UnconfirmedSettings = z.infer<typeof restored>;

const noted = restored.extend({
  /** The restore that brought them. */
  run: z.string().exactOptional(),
  /** They are not live any more, or never were: the restore went back, or was undone. */
  isBack: z.boolean().exactOptional(),
});

/** Of the newest restore, and of those before it that were not confirmed either, the newer first. */
const content = noted.extend({ earlier: z.array(noted).default([]) });

type Noted = z.infer<typeof noted>;

/**
 * Remembers that a restore brought backup settings back which nobody has looked at since: an old keep count must
 * not delete archives unseen. One file for each system in the state folder; it goes when a person confirms them.
 */
export interface RestoredSettings {
  save(settings: UnconfirmedSettings & { run: string }): Promise<void>;
  /** Undefined: there is nothing to confirm. A file that cannot be understood is something to confirm. */
  read(): Promise<UnconfirmedSettings | undefined>;
  /** Notes of which restores the state is live, where that is known: what is not live is not to be confirmed. */
  settle(isLive: (run: string) => boolean | undefined): Promise<void>;
  /** False if there was nothing to confirm. */
  confirm(): Promise<boolean>;
}

export function restoredSettings(stateFolder: string, systemId: string): RestoredSettings {
  const folder = join(stateFolder, 'restored-settings');
  const path = join(folder, `${systemId}.json`);
  const notes = async (): Promise<Noted[]> => {
    const text = await readIfThere(path);
    if (text === undefined) return [];
    const { earlier, ...newest } = parse(path, text);
    return [newest, ...earlier];
  };
  const write = async ([newest, ...earlier]: Noted[]): Promise<void> => {
    await privateFolder(folder);
    await writeFileAtomic(path, `${JSON.stringify({ ...newest, earlier }, undefined, 2)}\n`);
  };
  const read = async (): Promise<UnconfirmedSettings | undefined> => {
    const live = (await notes()).find(({ isBack }) => !isBack);
    if (live === undefined) return undefined;
    const { archive, restoredAt, changes } = live;
    return { archive, restoredAt, changes };
  };
  return {
    async save(settings) {
      await write([settings, ...(await notes()).filter(({ isBack }) => !isBack)]);
    },
    read,
    async settle(isLive) {
      const before = await notes();
      const now = before.map((one) => {
        const live = one.run === undefined ? undefined : isLive(one.run);
        return live === undefined ? one : { ...one, isBack: !live };
      });
      if (!isDeepStrictEqual(now, before)) await write(now);
    },
    async confirm() {
      if ((await read()) === undefined) return false;
      await rm(path, { force: true });
      await syncFolder(folder);
      return true;
    },
  };
}

function parse(path: string, text: string): z.infer<typeof content> {
  const found = content.safeParse(parseJson(text));
  if (found.success) return found.data;
  return {
    archive: 'unknown',
    restoredAt: Temporal.Instant.fromEpochMilliseconds(0).toString(),
    changes: [`${path} cannot be read: look at all settings`],
    earlier: [],
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
