import * as z from 'zod';
import { type LockPlace, lockBase } from './lock-base.ts';
import { lockFile } from './lock-file.ts';
import { readIfThere } from './read-if-there.ts';

const note = z.object({
  purpose: z.string(),
  /** Process id. */
  process: z.int().positive(),
  since: z.string(),
});

/** What the holder of a lock wrote beside it when it took it. */
export type LockNote = z.infer<typeof note>;

/** The note of whoever holds a lock right now; undefined if nobody does or it cannot be read. */
export async function readLockNote(place: LockPlace): Promise<LockNote | undefined> {
  const base = await lockBase(place);
  const free = await lockFile(`${base}.sqlite`);
  if (free !== undefined) {
    free[Symbol.dispose]();
    return undefined;
  }
  return parse(await readIfThere(`${base}.holder.json`));
}

function parse(text: string | undefined): LockNote | undefined {
  const parsed = note.safeParse(text === undefined ? undefined : JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
}
