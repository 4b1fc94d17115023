import { rm } from 'node:fs/promises';
import { join } from 'node:path';
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

/**
 * Remembers that a restore brought backup settings back which nobody has looked at since: an old keep count must
 * not delete archives unseen. One file for each system in the state folder; it goes when a person confirms them.
 */
export interface RestoredSettings {
  save(settings: UnconfirmedSettings): Promise<void>;
  /** Undefined: there is nothing to confirm. A file that cannot be understood is something to confirm. */
  read(): Promise<UnconfirmedSettings | undefined>;
  /** False if there was nothing to confirm. */
  confirm(): Promise<boolean>;
}

export function restoredSettings(stateFolder: string, systemId: string): RestoredSettings {
  const folder = join(stateFolder, 'restored-settings');
  const path = join(folder, `${systemId}.json`);
  const read = async (): Promise<UnconfirmedSettings | undefined> => {
    const text = await readIfThere(path);
    return text === undefined ? undefined : parse(path, text);
  };
  return {
    async save(settings) {
      await privateFolder(folder);
      await writeFileAtomic(path, `${JSON.stringify(settings, undefined, 2)}\n`);
    },
    read,
    async confirm() {
      if ((await readIfThere(path)) === undefined) return false;
      await rm(path, { force: true });
      await syncFolder(folder);
      return true;
    },
  };
}

function parse(path: string, text: string): UnconfirmedSettings {
  const found = restored.safeParse(parseJson(text));
  if (found.success) return found.data;
  return {
    archive: 'unknown',
    restoredAt: Temporal.Instant.fromEpochMilliseconds(0).toString(),
    changes: [`${path} cannot be read: look at all settings`],
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
