import { isGood } from './is-good.ts';
import type { CatalogEntry } from './list-archives.ts';

/** The one good archive that a system has; undefined if it has none, or several. */
export function onlyGood(entries: readonly CatalogEntry[], systemId: string): CatalogEntry | undefined {
  const good = entries.filter((entry) => isGood(entry, systemId));
  return good.length === 1 ? good[0] : undefined;
}
