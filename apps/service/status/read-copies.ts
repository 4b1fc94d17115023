import { lackingCopies } from '#backup/lacking-copies.ts';
import { archiveKey } from '#catalog/archive-key.ts';
import { isGood } from '#catalog/is-good.ts';
import { listArchives } from '#catalog/list-archives.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import type { KnownPlace } from './read-place.ts';

/** TN-12: why archives could all be lost together. Codes are stable; the page has words of its own for each. */
export type Risk =
  | { code: 'one-place'; place: string }
  | { code: 'one-medium'; place: string }
  | { code: 'second-unusable'; place: string; why: string; message: string; hint?: string }
  | { code: 'copies-missing'; place: string; count: number };

/** The second place, as status and page show it. */
export interface KnownCopies {
  place: string;
  /** Good archives of this system that lie there. */
  archives: number;
  usedBytes: number;
  freeBytes: number;
}

/** What lies in the second place (null: there is none, or it cannot be looked at), and what is to be feared. */
export async function readCopies(
  system: Pick<ComposedSystem, 'id' | 'destination' | 'second'>,
  first: Pick<KnownPlace, 'entries' | 'space'>,
  signal: AbortSignal,
): Promise<{ second: KnownCopies | null; risks: Risk[] }> {
  const { second, id } = system;
  if (second === undefined)
    return { second: null, risks: [{ code: 'one-place', place: system.destination.place }] };
  const { place } = second.destination;
  try {
    const space = await second.destination.check(0, signal);
    const entries = await listArchives(second.destination, signal);
    const good = entries.flatMap((entry) =>
      isGood(entry, id) && entry.summary ? [archiveKey(entry.summary)] : [],
    );
    const lacking = lackingCopies(first.entries, entries, { systemId: id, keep: second.keep });
    return {
      second: { place, archives: new Set(good).size, usedBytes: space.used, freeBytes: space.free },
      risks: [
        ...(space.medium === first.space?.medium ? [{ code: 'one-medium' as const, place }] : []),
        ...(lacking.length > 0 ? [{ code: 'copies-missing' as const, place, count: lacking.length }] : []),
      ],
    };
  } catch (error) {
    signal.throwIfAborted();
    return { second: null, risks: [unusable(place, error)] };
  }
}

function unusable(place: string, error: unknown): Risk {
  if (error instanceof LifeboatError) {
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return { code: 'second-unusable', place, why: error.code, message: error.message, ...hint };
  }
  if (systemErrorCode(error) === undefined) throw error;
  return { code: 'second-unusable', place, why: 'read-failed', message: (error as Error).message };
}
