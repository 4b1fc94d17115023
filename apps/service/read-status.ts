import { archiveKey } from '#catalog/archive-key.ts';
import { listArchives } from '#catalog/list-archives.ts';
import { lastRun } from '#journal/last-run.ts';
import type { Outcome } from '#journal/outcome.ts';
import type { Alarm } from '#notify/alarms-of.ts';
import { readAlarms } from '#notify/read-alarms.ts';
import type { Clock } from '#platform/clock.ts';
import type { UnconfirmedSettings } from '#settings/restored-settings.ts';
import type { ComposedSystem } from './compose.ts';
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
  /** FD-08, LB-10: alarms that hold until a backup ends well. */
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
