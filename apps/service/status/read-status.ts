import { archiveKey } from '#catalog/archive-key.ts';
import { countsAsGood } from '#catalog/counts-as-good.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import { lastRun } from '#journal/last-run.ts';
import type { Outcome } from '#journal/outcome.ts';
import type { Alarm } from '#notify/alarms-of.ts';
import { readAlarms } from '#notify/read-alarms.ts';
import type { Clock } from '#platform/clock.ts';
import { listKept } from '#restore/kept/list-kept.ts';
import type { UnconfirmedSettings } from '#settings/restored-settings.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { readDrills } from '../drill/read-drills.ts';
import { type NotByItself, readAutomation } from './read-automation.ts';
import { type KnownCopies, type Risk, readCopies } from './read-copies.ts';
import { type Exposure, readExposures } from './read-exposures.ts';
import { type PlaceProblem, readPlace } from './read-place.ts';

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
  /** The same by a stable code. */
  why: NotByItself | null;
  /** LB-03: the last restore drill that came to a result. */
  lastDrill: DrilledLast | null;
  /** When the next drill is due; null if none will run by itself. */
  nextDrill: string | null;
  /** FD-08, LB-10, LB-12: alarms that hold until a backup, or a drill, ends well. */
  alarms: Alarm[];
  /** Backup settings that a restore brought back: no archive is removed until a person confirms them; null: none. */
  unconfirmedSettings: UnconfirmedSettings | null;
  /** The states before restores that are kept, the newest last; `lifeboat-restore kept` has all of it. */
  kept: { run: string; endedAt: string; keepUntil: string; expired: boolean; bytes: number }[];
  /** Null, as the sizes below, where the backup path cannot be looked at. */
  archives: number | null;
  usedBytes: number | null;
  freeBytes: number | null;
  /** Why the backup path cannot be looked at; null: it can. */
  placeProblem: PlaceProblem | null;
  /** FD-31: what the next archive is expected to take, by the size of the last one; null before the first. */
  neededBytes: number | null;
  /** TN-12: what lies in the second place; null if there is none, or if it cannot be looked at. */
  second: KnownCopies | null;
  /** TN-12: why archives could all be lost together, and who may get at them; empty if nothing is known of the kind. */
  risks: (Risk | Exposure)[];
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

/** Whatever of it can be told is told, also where the backup path is gone: that is when somebody looks. */
export async function readStatus(
  system: ComposedSystem,
  context: { clock: Clock; signal: AbortSignal },
): Promise<Status> {
  const first = await readPlace(system, context.signal);
  const own = first.entries.filter((entry) => entry.summary?.systemId === system.id);
  const copies = await readCopies(system, first, context.signal);
  const good = own.findLast(({ summary }) => summary !== undefined && countsAsGood(summary));
  return {
    system: system.settings.system.name,
    place: system.destination.place,
    lastRun: (await lastRun(system.state, system.id).read()) ?? null,
    lastGood:
      good?.summary === undefined
        ? null
        : { name: good.file.name, takenAt: good.summary.takenAt, bytes: good.file.bytes },
    ...(await readAutomation(system, context.clock)),
    ...(await drilled(system, context.clock)),
    alarms: await readAlarms(system.state, system.id),
    unconfirmedSettings: system.unconfirmed ?? null,
    kept: (await listKept(system.state, system.id, context.clock.now())).map(
      ({ run, endedAt, keepUntil, expired, bytes }) => ({ run, endedAt, keepUntil, expired, bytes }),
    ),
    archives: first.problem === null ? countOf(own) : null,
    usedBytes: first.space?.used ?? null,
    freeBytes: first.space?.free ?? null,
    placeProblem: first.problem,
    neededBytes: own.at(-1)?.file.bytes ?? null,
    ...copies,
    risks: [...copies.risks, ...(await readExposures(system))],
  };
}

function countOf(own: readonly CatalogEntry[]): number {
  return new Set(own.flatMap(({ summary }) => (summary === undefined ? [] : [archiveKey(summary)]))).size;
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
