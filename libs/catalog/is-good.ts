import { countsAsGood } from './counts-as-good.ts';
import type { CatalogEntry } from './list-archives.ts';

/** Whether a system could be restored from this archive, and retention counts it: whole, its own, under its name. */
export function isGood({ summary, renamed }: CatalogEntry, systemId: string): boolean {
  return summary?.systemId === systemId && countsAsGood(summary) && !renamed;
}
