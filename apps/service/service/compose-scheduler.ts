import type { BackupRequest } from '#backup/backup-parts.ts';
import type { Log } from '#log/log.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { Alarm } from '#schedule/alarm.ts';
import type { SchedulerParts } from '#schedule/open-schedule.ts';
import { readSettings } from '#settings/read-settings.ts';
import { schedulerSettings } from '#settings/scheduler-settings.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { drillsEnd } from '../drill/drills-end.ts';
import type { Run, Runs } from './open-runs.ts';
import { scheduleParts } from './schedule-parts.ts';

/** What the scheduler needs of a service's own system. */
export function composeScheduler(
  system: ComposedSystem,
  service: {
    startBackup: (request: BackupRequest) => Run;
    runs: Pick<Runs, 'current'>;
    notifier: Pick<Notifier, 'raise'>;
    alarm: Alarm;
    log: Pick<Log, 'info'>;
  },
  context: CommandContext,
): SchedulerParts {
  const scheduled = {
    ...system,
    settings: async () => schedulerSettings((await readSettings(context.conf)).backup),
    begin: () => service.startBackup({}),
  };
  const parts = scheduleParts(scheduled, { ...service, wait: service.alarm.wait }, context);
  const lock = { stateFolder: system.state, systemId: system.id };
  return {
    ...parts,
    async lockHolder() {
      await drillsEnd(lock, service.runs, context.signal);
      return await parts.lockHolder();
    },
    async runOne(attempt, stop) {
      // One may have begun since.
      await drillsEnd(lock, service.runs, stop);
      return await parts.runOne(attempt, stop);
    },
  };
}
