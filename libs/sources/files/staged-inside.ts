import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isOfRun } from '../staging-places.ts';

/**
 * What one restore staged or kept inside a folder for others of its components (a file of its own in a folder
 * that comes back too), as paths below it. They must go along when the folder is switched over.
 */
export async function stagedInside(folder: string, run: string, signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  const pending = [''];
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    signal.throwIfAborted();
    for await (const { name, isFolder } of entriesOf(join(folder, below))) {
      if (isOfRun(name, run)) found.push(join(below, name));
      else if (isFolder) pending.push(join(below, name));
    }
  }
  return found;
}

async function* entriesOf(folder: string): AsyncGenerator<{ name: string; isFolder: boolean }> {
  for await (const entry of await opendir(folder, { bufferSize: 512 })) {
    yield { name: entry.name, isFolder: entry.isDirectory() };
  }
}
