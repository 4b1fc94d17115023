import { randomUUID } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';
import { localTime } from '#platform/local-time.ts';
import type { HistoryEntry } from './history-entry.ts';
import { MOST_PARTS } from './history-file.ts';
import type { Outcome } from './outcome.ts';
import { outcomeNumber } from './outcome-number.ts';
import type { SavedSet } from './run-result.ts';

/** An entry before it is entered: a run that left no archive gets its number then. */
export type NewEntry = Omit<HistoryEntry, 'number'> & { number?: number | undefined };

interface EntryContext {
  system: { id: string; name: string };
  clock: Clock;
  pathOf: (name: string) => string;
}

const LONGEST_MESSAGE = 2000;

/** A run that has ended, as an entry of the history. */
export function entryOf(
  outcome: Outcome,
  saved: SavedSet | undefined,
  { system, clock, pathOf }: EntryContext,
): NewEntry {
  const zone = clock.zone();
  const [date = '', time = ''] = localTime(Temporal.Instant.from(outcome.startedAt), zone).split(' ');
  return {
    number: saved?.number,
    systemId: system.id,
    system: system.name,
    date,
    time,
    zone,
    startedAt: outcome.startedAt,
    durationMs: outcome.durationMs,
    status: outcome.state,
    code: outcomeNumber(outcome.code),
    reason: outcome.code,
    message: outcome.message.slice(0, LONGEST_MESSAGE),
    archives: (saved?.archives ?? []).map((name) => pathOf(name)),
    bytes: saved?.bytes ?? null,
    saved: (saved?.parts ?? []).slice(0, MOST_PARTS),
    savedLeftOut: Math.max(0, (saved?.parts.length ?? 0) - MOST_PARTS),
    run: randomUUID(),
  };
}
