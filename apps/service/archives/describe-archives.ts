import type { CatalogEntry } from '#catalog/list-archives.ts';
import { onlyGood } from '#catalog/only-good.ts';
import type { Summary } from '#catalog/summary.ts';
import type { Destination } from '#destinations/destination.ts';
import { type ErrorCode, LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { visibleArchives } from './visible-archives.ts';

/** An archive as list and API show it; without the facts of a summary if it cannot be read. */
export interface DescribedArchive extends Partial<Omit<Summary, 'state'>> {
  file: string;
  bytes: number;
  /** `good`, `incomplete`, `unreadable`, `of another system`, with `, renamed` and `, pinned` behind it. */
  state: string;
  unreadable?: string;
  /** Why, as errors.ts has it. */
  unreadableCode?: ErrorCode;
  /** It belongs to this system. */
  own: boolean;
  /** Nothing else could be restored if it were gone. */
  lastGood: boolean;
  /** It lies in the backup path; false: only in the second one (TN-12). */
  here: boolean;
  /** Every folder in which it lies, the backup path first. */
  places: string[];
}

/**
 * Every archive of a system's places, newest first, also those that retention leaves alone. Where the backup path
 * cannot be read, what lies in the second one is listed all the same; a second one that cannot be read hides nothing.
 */
export async function describeArchives(
  system: ComposedSystem,
  signal: AbortSignal,
): Promise<DescribedArchive[]> {
  const { id, destination, second } = system;
  const copies = second && (await entriesOf(second.destination, system, signal));
  const here = await entriesOf(destination, system, signal);
  if ('trouble' in here && (copies === undefined || 'trouble' in copies)) throw here.trouble;
  const first = 'trouble' in here ? [] : here;
  const there = copies === undefined || 'trouble' in copies ? [] : copies;
  const copied = new Set(there.map(({ file }) => file.name));
  const known = new Set(first.map(({ file }) => file.name));
  const lastGood = onlyGood(first, id);
  const placesOf = ({ file }: CatalogEntry): string[] => [
    ...(known.has(file.name) ? [destination.place] : []),
    ...(copied.has(file.name) && second ? [second.destination.place] : []),
  ];
  return [...first, ...there.filter(({ file }) => !known.has(file.name))]
    .toSorted(newestFirst)
    .map((entry) => ({
      ...describe(entry, id),
      lastGood: entry === lastGood,
      here: known.has(entry.file.name),
      places: placesOf(entry),
    }));
}

async function entriesOf(
  place: Destination,
  system: ComposedSystem,
  signal: AbortSignal,
): Promise<CatalogEntry[] | { trouble: unknown }> {
  try {
    await place.check(0, signal);
    return await visibleArchives(place, system, signal);
  } catch (error) {
    const known = error instanceof LifeboatError || systemErrorCode(error) !== undefined;
    if (!known || signal.aborted) throw error;
    return { trouble: error };
  }
}

/** Those that cannot be read come first, since nothing is known of their time. */
function newestFirst({ summary: a }: CatalogEntry, { summary: b }: CatalogEntry): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return Temporal.Instant.compare(b.startedAt, a.startedAt) || b.number - a.number;
}

function describe(
  entry: CatalogEntry,
  systemId: string,
): Omit<DescribedArchive, 'lastGood' | 'here' | 'places'> {
  return {
    file: entry.file.name,
    ...entry.summary,
    bytes: entry.file.bytes,
    state: stateOf(entry, systemId),
    own: entry.summary?.systemId === systemId,
    ...(entry.unreadable === undefined ? {} : { unreadable: entry.unreadable }),
    ...(entry.unreadableCode === undefined ? {} : { unreadableCode: entry.unreadableCode }),
  };
}

function stateOf(entry: CatalogEntry, systemId: string): string {
  if (entry.summary === undefined) return 'unreadable';
  if (entry.summary.systemId !== systemId) return 'of another system';
  const marks = [entry.renamed ? 'renamed' : '', entry.summary.pinned ? 'pinned' : ''];
  return [entry.summary.state, ...marks.filter((mark) => mark !== '')].join(', ');
}
