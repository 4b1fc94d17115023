import { archiveKey } from './archive-key.ts';
import { inCalendarSlot } from './in-calendar-slot.ts';
import type { CatalogEntry } from './list-archives.ts';

/**
 * The files of one archive together, by name, each group where its first file was: an archive may lie under two
 * calendar names (BT-02). Every other file, a renamed one too, is a group of its own.
 */
export function groupFiles(entries: readonly CatalogEntry[]): CatalogEntry[][] {
  const keyOf = (entry: CatalogEntry): string =>
    entry.summary !== undefined && inCalendarSlot(entry)
      ? archiveKey(entry.summary)
      : `file ${entry.file.name}`;
  const groups = Map.groupBy(entries, keyOf).values();
  return [...groups].map((group) => group.toSorted((a, b) => (a.file.name < b.file.name ? -1 : 1)));
}
