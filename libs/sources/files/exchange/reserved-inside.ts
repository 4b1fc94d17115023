import { opendir } from 'node:fs/promises';
import { RESERVED_PREFIX } from '../../exchange/staging-places.ts';
import { type BytePath, below, joinBytes, showPath } from '../byte-path.ts';

/**
 * What restores staged or kept inside a folder for others of their components (a file of its own in a folder that
 * comes back too), as paths below it. They must go along when the folder is switched over: each is on record with
 * its place.
 */
export async function reservedInside(folder: string, signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  const pending = ['.' as BytePath];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    signal.throwIfAborted();
    // The types of @types/node know no Buffer here; Node does.
    const opened = await opendir(below(folder, path) as unknown as string, {
      encoding: 'latin1',
      bufferSize: 512,
    });
    for await (const entry of opened) {
      const inside = joinBytes(path, entry.name);
      if (entry.name.startsWith(RESERVED_PREFIX)) found.push(showPath(inside));
      else if (entry.isDirectory()) pending.push(inside);
    }
  }
  return found;
}
