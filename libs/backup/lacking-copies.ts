import { archiveKey } from '#catalog/archive-key.ts';
import { groupFiles } from '#catalog/group-files.ts';
import { isGood } from '#catalog/is-good.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';

/**
 * What a second place has not got of the newest `keep` good archives of a system, newest first: the files of each
 * archive that are not there under their name, or with another content. Pure.
 */
export function lackingCopies(
  here: readonly CatalogEntry[],
  there: readonly CatalogEntry[],
  { systemId, keep }: { systemId: string; keep: number },
): CatalogEntry[][] {
  const known = new Map(there.map((entry) => [entry.file.name, entry]));
  return groupFiles(here.filter((entry) => isGood(entry, systemId)))
    .slice(-keep)
    .map((files) => files.filter((entry) => !isSame(entry, known.get(entry.file.name))))
    .filter((files) => files.length > 0)
    .toReversed();
}

/** A hash counts where both are known: a summary that was rebuilt has none. */
function isSame({ file, summary }: CatalogEntry, copy: CatalogEntry | undefined): boolean {
  if (summary === undefined || copy?.summary === undefined) return false;
  const hashes = new Set([summary.sha256, copy.summary.sha256].filter((hash) => hash !== undefined));
  return (
    archiveKey(summary) === archiveKey(copy.summary) && file.bytes === copy.file.bytes && hashes.size <= 1
  );
}
