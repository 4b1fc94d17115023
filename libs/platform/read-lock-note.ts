import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { systemErrorCode } from './errors.ts';
import { lockFile } from './lock-file.ts';
import { privateFolder } from './private-folder.ts';

const note = z.object({
  purpose: z.string(),
  /** Process id. */
  process: z.int().positive(),
  since: z.string(),
});

/** What the holder of a lock wrote beside it when it took it. */
export type LockNote = z.infer<typeof note>;

/** The note of whoever holds a system's lock right now; undefined if nobody does or it cannot be read. */
export async function readLockNote(stateFolder: string, systemId: string): Promise<LockNote | undefined> {
  const base = join(await privateFolder(join(stateFolder, 'locks')), systemId);
  const free = await lockFile(`${base}.sqlite`);
  if (free !== undefined) {
    free[Symbol.dispose]();
    return undefined;
  }
  return parse(await readIfThere(`${base}.holder.json`));
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return '';
    throw error;
  }
}

function parse(text: string): LockNote | undefined {
  const parsed = note.safeParse(text === '' ? undefined : JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
}
