import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';

/** More than an administrator has added by hand. */
const MOST_FILES = 500;
const DEEPEST = 3;

/** Files at or below these places of a machine, relative to its root `at`; what cannot be read is left out. */
export async function filesBelow(
  places: readonly string[],
  at: string,
  signal: AbortSignal,
): Promise<string[]> {
  const found: string[] = [];
  for (const place of places) await collect(place, DEEPEST, { at, found, signal });
  return found;
}

async function collect(
  place: string,
  depth: number,
  into: { at: string; found: string[]; signal: AbortSignal },
): Promise<void> {
  into.signal.throwIfAborted();
  if (into.found.length >= MOST_FILES) return;
  const path = join(into.at, place);
  try {
    const facts = await stat(path);
    if (facts.isFile()) into.found.push(place);
    if (!facts.isDirectory() || depth === 0) return;
    for await (const entry of await opendir(path)) {
      await collect(join(place, entry.name), depth - 1, into);
    }
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
  }
}
