import type { CatalogEntry } from '#catalog/list-archives.ts';
import { LifeboatError } from '#platform/errors.ts';

/** An archive by its file name or number; without either the system's newest. Throws `archive-missing`. */
export function findArchive(
  entries: readonly CatalogEntry[],
  wanted: string | undefined,
  system: { id: string; destination: { place: string } },
): CatalogEntry {
  const own = entries.filter((entry) => entry.summary?.systemId === system.id);
  const found =
    wanted === undefined
      ? own.at(-1)
      : (entries.find((entry) => entry.file.name === wanted) ??
        own.find((entry) => String(entry.summary?.number) === wanted));
  if (found !== undefined) return found;
  const what =
    wanted === undefined ? 'no archive of this system' : `no archive called or numbered "${wanted}"`;
  throw new LifeboatError('archive-missing', `there is ${what} in ${system.destination.place}`, {
    hint: 'lifeboat list shows what is there',
  });
}
