import { rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { systemErrorCode } from '#platform/errors.ts';
import { isThere } from '../is-there.ts';
import { removeTree } from '../remove-tree.ts';
import type { SwitchRecord } from '../restore-target.ts';
import { parseState } from './parse-state.ts';

const stagedPlaces = z.strictObject({
  /** Everything that staging makes, with whatever is in it. */
  staged: z.array(z.string()),
  /** Folders that had to be made above it, the lowest first; they go if they are empty. */
  made: z.array(z.string()),
});

/** What a folder, a file or an SQLite database is about to stage, as it is announced in the restore log. */
export async function stagedPlace(
  record: Omit<SwitchRecord, 'state'>,
  staged: readonly string[],
): Promise<SwitchRecord> {
  const made: string[] = [];
  const [first] = staged;
  for (let folder = dirname(first!); !(await isThere(folder)); folder = dirname(folder)) made.push(folder);
  return { ...record, state: { staged: [...staged], made } };
}

/** Drops what was staged and not switched over. What is not there is passed over. */
export async function dropStagedPlace(record: SwitchRecord): Promise<void> {
  const { staged, made } = parseState(stagedPlaces, record);
  for (const path of staged) await removeTree(path);
  for (const folder of made) await removeIfEmpty(folder);
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
  }
}
