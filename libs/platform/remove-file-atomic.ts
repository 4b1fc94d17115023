import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { namesIn } from './names-in.ts';

/** As writeFileAtomic calls what it has not written whole, behind a point and the file's name. */
const HALF = /^\.[0-9a-f]{12}\.tmp$/;

/** Removes a file that writeFileAtomic made, if it is there, and what a program that was killed while it wrote it left. */
export async function removeFileAtomic(path: string): Promise<void> {
  const name = basename(path);
  for (const found of await namesIn(dirname(path))) {
    const isHalf = found.startsWith(`.${name}`) && HALF.test(found.slice(name.length + 1));
    if (isHalf || found === name) await rm(join(dirname(path), found), { force: true });
  }
}
