import type { CatalogEntry } from './list-archives.ts';

/** True for a file under its calendar name: a later run replaces it, and no keep count applies to it (BT-04). */
export function inCalendarSlot({ file, summary, renamed }: CatalogEntry): boolean {
  return !renamed && summary?.calendarNames?.includes(file.name) === true;
}
