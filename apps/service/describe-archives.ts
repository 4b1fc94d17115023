import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import { onlyGood } from '#catalog/only-good.ts';
import type { Summary } from '#catalog/summary.ts';
import type { ComposedSystem } from './compose.ts';

/** An archive as list and API show it; without the facts of a summary if it cannot be read. */
export interface DescribedArchive extends Partial<Omit<Summary, 'state'>> {
  file: string;
  bytes: number;
  /** `good`, `incomplete`, `unreadable`, `of another system`, with `, renamed` and `, pinned` behind it. */
  state: string;
  unreadable?: string;
  /** It belongs to this system. */
  own: boolean;
  /** Nothing else could be restored if it were gone. */
  lastGood: boolean;
}

/** Every archive in a system's destination, newest first, also those that retention leaves alone. */
export async function describeArchives(
  system: ComposedSystem,
  signal: AbortSignal,
): Promise<DescribedArchive[]> {
  await system.destination.check(0, signal);
  const entries = await listArchives(system.destination, signal);
  const lastGood = onlyGood(entries, system.id);
  return entries.toReversed().map((entry) => ({
    file: entry.file.name,
    ...entry.summary,
    bytes: entry.file.bytes,
    state: stateOf(entry, system.id),
    own: entry.summary?.systemId === system.id,
    lastGood: entry === lastGood,
    ...(entry.unreadable === undefined ? {} : { unreadable: entry.unreadable }),
  }));
}

function stateOf(entry: CatalogEntry, systemId: string): string {
  if (entry.summary === undefined) return 'unreadable';
  if (entry.summary.systemId !== systemId) return 'of another system';
  const marks = [entry.renamed ? 'renamed' : '', entry.summary.pinned ? 'pinned' : ''];
  return [entry.summary.state, ...marks.filter((mark) => mark !== '')].join(', ');
}
