import type { BackupRequest } from '#backup/run-backup.ts';
import { listArchives } from '#catalog/list-archives.ts';
import { tellJournal } from '#journal/tell-journal.ts';
import type { Log } from '#log/log.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { lockHolder } from '#platform/lock-holder.ts';
import type { Alarm } from '#schedule/alarm.ts';
import type { SchedulerParts } from '#schedule/open-schedule.ts';
import type { ScheduleEvent } from '#schedule/schedule-event.ts';
import { scheduleStore } from '#schedule/schedule-store.ts';
import { readSettings } from '#settings/read-settings.ts';
import { schedulerSettings } from '#settings/scheduler-settings.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import type { ComposedSystem } from '../compose.ts';
import type { Run } from './open-runs.ts';

/** What the scheduler needs of a system that a service serves. */
export function composeScheduler(
  system: ComposedSystem,
  service: {
    startBackup: (request: BackupRequest) => Run;
    notifier: Pick<Notifier, 'raise'>;
    alarm: Alarm;
    log: Pick<Log, 'info'>;
  },
  context: CommandContext,
): SchedulerParts {
  const { state, id } = system;
  const { clock, signal } = context;
  return {
    clock,
    store: scheduleStore(state, id),
    settings: async () => schedulerSettings((await readSettings(context.conf)).backup),
    lastSuccess: () => newestGood(system, signal),
    lockHolder: () => lockHolder({ stateFolder: state, systemId: id, purpose: 'a scheduled backup', clock }),
    runOne: (_attempt, stop) => endOf(service.startBackup({}), stop),
    async tell(event) {
      service.log.info('schedule', { ...event });
      await tell(event, system, service.notifier);
    },
    wait: service.alarm.wait,
  };
}

/** A destination that is not there is the run's to report: a service starts before its disk is mounted. */
async function newestGood(
  { destination, id }: ComposedSystem,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const entries = await listArchives(destination, signal);
    return entries.findLast(({ summary }) => summary?.systemId === id && summary.state === 'good')?.file.name;
  } catch (error) {
    if (error instanceof LifeboatError || systemErrorCode(error) !== undefined) return undefined;
    throw error;
  }
}

async function endOf(run: Run, stop: AbortSignal) {
  const end = () => run.stop('the service was told to end');
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  try {
    return await run.ended;
  } finally {
    stop.removeEventListener('abort', end);
  }
}

/** Into the journal, and to people where it is theirs to act (FD-08, FD-09). */
async function tell(
  event: ScheduleEvent,
  { journal }: ComposedSystem,
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
