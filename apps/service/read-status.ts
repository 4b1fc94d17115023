import { archiveKey } from '#catalog/archive-key.ts';
import { listArchives } from '#catalog/list-archives.ts';
import { lastRun } from '#journal/last-run.ts';
import type { Outcome } from '#journal/outcome.ts';
import type { Alarm } from '#notify/alarms-of.ts';
import { readAlarms } from '#notify/read-alarms.ts';
import type { Clock } from '#platform/clock.ts';
import type { UnconfirmedSettings } from '#settings/restored-settings.ts';
import type { ComposedSystem } from './compose.ts';
import { readDrills } from './drill/read-drills.ts';
import { readAutomation } from './read-automation.ts';
import { type KnownCopies, type Risk, readCopies } from './read-copies.ts';

/** What `status` and the page show. Times are ISO 8601; null means there is none. */
export interface Status {
  system: string;
  place: string;
  lastRun: Outcome | null;
  lastGood: { name: string; takenAt: string; bytes: number } | null;
  /** When the schedule in the conf is due next; null if it is never. */
  nextRun: string | null;
  /** Why no backup will run by itself, in words (TN-08); null if one will. */
  notByItself: string | null;
  /** LB-03: the last restore drill that came to a result. */
  lastDrill: DrilledLast | null;
  /** When the next drill is due; null if none will run by itself. */
  nextDrill: string | null;
  /** FD-08, LB-10, LB-12: alarms that hold until a backup, or a drill, ends well. */
  alarms: Alarm[];
  /** Backup settings that a restore brought back: no archive is removed until a person confirms them; null: none. */
  unconfirmedSettings: UnconfirmedSettings | null;
  archives: number;
  usedBytes: number;
  freeBytes: number;
  /** FD-31: what the next archive is expected to take, by the size of the last one; null before the first. */
  neededBytes: number | null;
  /** TN-12: what lies in the second place; null if there is none, or if it cannot be looked at. */
  second: KnownCopies | null;
  /** TN-12: why archives could all be lost together; empty if nothing is known of the kind. */
  risks: Risk[];
}

/** A drill in short; its report has all of it. */
export interface DrilledLast {
  run: string;
  result: 'green' | 'red';
  startedAt: string;
  durationMs: number;
  archive: string | null;
  message: string;
  /** Null unless it was green. */
  restoreMs: number | null;
}

export async function readStatus(
  system: ComposedSystem,
  context: { clock: Clock; signal: AbortSignal },
): Promise<Status> {
  const space = await system.destination.check(0, context.signal);
  const entries = await listArchives(system.destination, context.signal);
  const own = entries.filter((entry) => entry.summary?.systemId === system.id);
  const good = own.findLast((entry) => entry.summary?.state === 'good');
  const automation = await readAutomation(system, context.clock);
  return {
    system: system.settings.system.name,
    place: system.destination.place,
    lastRun: (await lastRun(system.state, system.id).read()) ?? null,
    lastGood:
      good?.summary === undefined
        ? null
        : { name: good.file.name, takenAt: good.summary.takenAt, bytes: good.file.bytes },
    ...automation,
    ...(await drilled(system, context.clock)),
    alarms: await readAlarms(system.state, system.id),
    unconfirmedSettings: system.unconfirmed ?? null,
    archives: new Set(own.flatMap(({ summary }) => (summary === undefined ? [] : [archiveKey(summary)])))
      .size,
    usedBytes: space.used,
    freeBytes: space.free,
    neededBytes: own.at(-1)?.file.bytes ?? null,
    ...(await readCopies(system, { entries, space }, context.signal)),
  };
}

async function drilled(
  system: ComposedSystem,
  clock: Clock,
): Promise<Pick<Status, 'lastDrill' | 'nextDrill'>> {
  const { last, next } = await readDrills(system, clock);
  if (last === null) return { lastDrill: null, nextDrill: next };
  const { run, startedAt, durationMs, message, restoreMs, archive } = last;
  const result = last.result === 'green' ? 'green' : 'red';
  return {
    lastDrill: { run, result, startedAt, durationMs, archive: archive?.name ?? null, message, restoreMs },
    nextDrill: next,
  };
}
