import { countsAsGood } from '#catalog/counts-as-good.ts';
import { listArchives } from '#catalog/list-archives.ts';
import type { Destination } from '#destinations/destination.ts';
import type { Journal } from '#journal/journal.ts';
import { tellJournal } from '#journal/tell-journal.ts';
import type { Log } from '#log/log.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { lockHolder } from '#platform/lock-holder.ts';
import type { SchedulerParts } from '#schedule/open-schedule.ts';
import type { ScheduleEvent } from '#schedule/schedule-event.ts';
import { scheduleStore } from '#schedule/schedule-store.ts';
import { endOfRun } from './end-of-run.ts';
import type { Run } from './open-runs.ts';

/** What a service schedules of one system. */
export interface ScheduledSystem {
  id: string;
  state: string;
  journal: Journal;
  destination: Destination;
  settings: SchedulerParts['settings'];
  /** Begins the backup that is due. */
  begin(): Run;
}

/** What the scheduler needs of a system that a service serves. */
export function scheduleParts(
  system: ScheduledSystem,
  service: { notifier: Pick<Notifier, 'raise'>; log: Pick<Log, 'info'>; wait: SchedulerParts['wait'] },
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): SchedulerParts {
  const { state, id } = system;
  return {
    clock,
    store: scheduleStore(state, id),
    settings: system.settings,
    lastSuccess: () => newestGood(system, signal),
    lockHolder: () => lockHolder({ stateFolder: state, systemId: id, purpose: 'a scheduled backup', clock }),
    runOne: (_attempt, stop) => endOfRun(system.begin(), stop),
    async tell(event) {
      service.log.info('schedule', { ...event });
      await tell(event, system, service.notifier);
    },
    wait: service.wait,
  };
}

/** A destination that is not there is the run's to report: a service starts before its disk is mounted. */
async function newestGood(
  { destination, id }: ScheduledSystem,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const entries = await listArchives(destination, signal);
    return entries.findLast(({ summary }) => summary?.systemId === id && countsAsGood(summary))?.file.name;
  } catch (error) {
    if (error instanceof LifeboatError || systemErrorCode(error) !== undefined) return undefined;
    throw error;
  }
}

/** Into the journal, and to people where it is theirs to act (FD-08, FD-09). */
async function tell(
  event: ScheduleEvent,
  { journal }: ScheduledSystem,
  notifier: Pick<Notifier, 'raise'>,
): Promise<void> {
  // A journal that cannot be written must not keep the alarm from those who are told of it.
  await tellJournal(journal).tell([`schedule: ${event.text}`]);
  if (event.kind === 'alert') {
    const hint = event.hint === undefined ? {} : { hint: event.hint };
    await notifier.raise({ id: event.id, message: event.text, code: event.code, ...hint });
  }
  if (event.kind === 'stopped')
    await notifier.raise({ id: event.id, message: event.text, code: event.code }, { further: true });
}
