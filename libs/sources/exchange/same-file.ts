import { lstat } from 'node:fs/promises';
import { isThere } from '../is-there.ts';

/** True if both paths are names of one file; false if either is not there. */
export async function sameFile(one: string, other: string): Promise<boolean> {
  if (!(await isThere(one)) || !(await isThere(other))) return false;
  const [a, b] = [await lstat(one, { bigint: true }), await lstat(other, { bigint: true })];
  return a.ino === b.ino && a.dev === b.dev;
}
