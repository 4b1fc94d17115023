import { isGood } from '#catalog/is-good.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import { parseSummary, type Summary } from '#catalog/summary.ts';
import type { Destination, StoredFile } from '#destinations/destination.ts';
import { LifeboatError } from '#platform/errors.ts';

/**
 * The newest archive that was good when it was made. One that cannot be read any more is among them, if what is noted
 * beside it says that it is the system's: an older one that is whole must not hide that it is damaged.
 */
export async function chooseArchive(
  entries: readonly CatalogEntry[],
  destination: Pick<Destination, 'readNote' | 'place'>,
  systemId: string,
): Promise<StoredFile> {
  const known: { file: StoredFile; summary: Summary }[] = [];
  for (const entry of entries) {
    const { file } = entry;
    const summary = entry.summary ?? parseSummary((await destination.readNote(file.name)) ?? '');
    if (summary !== undefined && isGood({ ...entry, summary }, systemId)) known.push({ file, summary });
  }
  const [newest] = known.toSorted((a, b) => newestFirst(a.summary, b.summary));
  if (newest !== undefined) return newest.file;
  throw new LifeboatError(
    'archive-missing',
    `there is no good archive of this system in ${destination.place}`,
    {
      hint: 'run lifeboat backup; a drill restores the newest good archive',
    },
  );
}

function newestFirst(a: Summary, b: Summary): number {
  return Temporal.Instant.compare(b.startedAt, a.startedAt) || b.number - a.number;
}
