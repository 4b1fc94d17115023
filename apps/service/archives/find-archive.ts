import type { CatalogEntry } from '#catalog/list-archives.ts';
import { LifeboatError } from '#platform/errors.ts';

/** An archive by its file name or number; without either the system's newest. Throws `archive-missing`, or `usage` where two have that number. */
export function findArchive(
  entries: readonly CatalogEntry[],
  wanted: string | undefined,
  system: { id: string; destination: { place: string } },
): CatalogEntry {
  const own = entries.filter((entry) => entry.summary?.systemId === system.id);
  const numbered = own.filter((entry) => String(entry.summary?.number) === wanted);
  const found =
    wanted === undefined
      ? own.at(-1)
      : (entries.find((entry) => entry.file.name === wanted) ?? onlyOne(numbered));
  if (found !== undefined) return found;
  const what =
    wanted === undefined ? 'no archive of this system' : `no archive called or numbered "${wanted}"`;
  throw new LifeboatError('archive-missing', `there is ${what} in ${system.destination.place}`, {
    hint: 'lifeboat list shows what is there',
  });
}

/** Numbers begin anew when somebody takes the history away. */
function onlyOne(numbered: readonly CatalogEntry[]): CatalogEntry | undefined {
  if (numbered.length <= 1) return numbered[0];
  const names = numbered.map((entry) => entry.file.name).join(', ');
  throw new LifeboatError('usage', `${numbered.length} archives have this number: ${names}`, {
    hint: 'say which one by its name',
  });
}
