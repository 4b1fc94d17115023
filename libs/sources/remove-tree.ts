import type { Dir } from 'node:fs';
import { chmod, lstat, opendir, rmdir, unlink } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';

/** Entries removed at once. */
const AT_ONCE = 1024;
const SLASH = Buffer.from('/');

/**
 * Removes a folder or file with everything in it, never through a link; nothing there is in order. Node's own
 * rm fails on names that are not UTF-8 and on folders without write permission.
 */
export async function removeTree(path: string): Promise<void> {
  await remove(Buffer.from(path));
}

async function remove(path: Buffer): Promise<void> {
  try {
    if ((await lstat(path)).isDirectory()) await removeFolder(path);
    else await unlink(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}

async function removeFolder(path: Buffer): Promise<void> {
  for (;;) {
    const names = await firstNames(path);
    if (names.length === 0) break;
    await Promise.all(names.map((name) => remove(Buffer.concat([path, SLASH, Buffer.from(name, 'latin1')]))));
  }
  await rmdir(path);
}

/** Some names at a time: a folder's 300,000 would take memory, and removing while reading may skip some. */
async function firstNames(path: Buffer): Promise<string[]> {
  const names: string[] = [];
  const folder = await openWritable(path);
  try {
    for (let entry = await folder.read(); entry; entry = await folder.read()) {
      names.push(entry.name);
      if (names.length === AT_ONCE) break;
    }
  } finally {
    await folder.close();
  }
  return names;
}

async function openWritable(path: Buffer): Promise<Dir> {
  // A restored folder may lack the rights to empty it; it is ours, so they can be had.
  if (process.geteuid?.() !== 0) await chmod(path, 0o700);
  // The types of @types/node know no Buffer here; Node does.
  return await opendir(path as unknown as string, { encoding: 'latin1', bufferSize: 512 });
}
