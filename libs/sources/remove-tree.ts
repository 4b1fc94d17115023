import { type Dir, unlink as unlinkWithCallback } from 'node:fs';
import { chmod, lstat, opendir, rmdir } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';

/** Entries removed at once. */
const AT_ONCE = 1024;
const SLASH = Buffer.from('/');

/**
 * Removes a folder or file with everything in it, never through a link; nothing there is in order. Node's own
 * rm fails on names that are not UTF-8 and on folders without write permission.
 */
export async function removeTree(path: string | Buffer): Promise<void> {
  try {
    if ((await lstat(path)).isDirectory()) await removeFolder(Buffer.from(path));
    else await unlink(Buffer.from(path));
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}

async function removeFolder(path: Buffer): Promise<void> {
  for (let found = await firstEntries(path); found.length > 0; found = await firstEntries(path)) {
    const files = found.filter(({ isFolder }) => !isFolder);
    await Promise.all(files.map(({ name }) => unlink(inside(path, name))));
    // One after the other: a tree may be deep and wide.
    for (const { name, isFolder } of found) if (isFolder) await removeFolder(inside(path, name));
  }
  await rmdir(path);
}

interface Entry {
  name: string;
  isFolder: boolean;
}

/** Some entries at a time: a folder's 300,000 would take memory, and removing while reading may skip some. */
async function firstEntries(path: Buffer): Promise<Entry[]> {
  const entries: Entry[] = [];
  const folder = await openWritable(path);
  try {
    for (let entry = await folder.read(); entry; entry = await folder.read()) {
      entries.push({ name: entry.name, isFolder: entry.isDirectory() });
      if (entries.length === AT_ONCE) break;
    }
  } finally {
    await folder.close();
  }
  return entries;
}

async function openWritable(path: Buffer): Promise<Dir> {
  // A restored folder may lack the rights to empty it; it is ours, so they can be had.
  if (process.geteuid?.() !== 0) await chmod(path, 0o700);
  // The types of @types/node know no Buffer here; Node does.
  return await opendir(path as unknown as string, { encoding: 'latin1', bufferSize: 512 });
}

function inside(folder: Buffer, name: string): Buffer {
  return Buffer.concat([folder, SLASH, Buffer.from(name, 'latin1')]);
}

/** By callback, which costs half of what a promise of node:fs does. */
function unlink(path: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    unlinkWithCallback(path, (error) => (error ? reject(error) : resolve()));
  });
}
