import { archiveKey } from '#catalog/archive-key.ts';
import { listArchives } from '#catalog/list-archives.ts';
import { lastRun } from '#journal/last-run.ts';
import type { Outcome } from '#journal/outcome.ts';
import { nextRun } from '#schedule/next-run.ts';
import { scheduleOf } from '#settings/scheduler-settings.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import type { ComposedSystem } from './compose.ts';

/** What `status` and the status page show. Times are ISO 8601; null means there is none. */
export interface Status {
  system: string;
  place: string;
  lastRun: Outcome | null;
  lastGood: { name: string; takenAt: string; bytes: number } | null;
  /** When the schedule in the conf is due next. The service does not start backups by itself yet. */
  nextRun: string | null;
  archives: number;
  usedBytes: number;
  freeBytes: number;
}

/** Said wherever the next due time is shown, so that nobody waits for a backup that does not come. */
export const NOT_BY_ITSELF = 'this version does not start it by itself: let a timer run lifeboat backup';

export async function readStatus(system: ComposedSystem, context: CommandContext): Promise<Status> {
  const space = await system.destination.check(0, context.signal);
  const entries = await listArchives(system.destination, context.signal);
  const own = entries.filter((entry) => entry.summary?.systemId === system.id);
  const good = own.findLast((entry) => entry.summary?.state === 'good');
  const next = nextRun(scheduleOf(system.settings.backup), context.clock.now(), context.clock.zone());
  return {
    system: system.settings.system.name,
    place: system.destination.place,
    lastRun: (await lastRun(system.state, system.id).read()) ?? null,
    lastGood:
      good?.summary === undefined
        ? null
        : { name: good.file.name, takenAt: good.summary.takenAt, bytes: good.file.bytes },
    nextRun: next?.toString() ?? null,
    archives: new Set(own.flatMap(({ summary }) => (summary === undefined ? [] : [archiveKey(summary)])))
      .size,
    usedBytes: space.used,
    freeBytes: space.free,
  };
}
