import type { Alarm } from '#schedule/alarm.ts';
import { runScheduler } from '#schedule/run-scheduler.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { composeDrillScheduler } from '../drill/compose-drill-scheduler.ts';
import { composeScheduler } from './compose-scheduler.ts';

/** Runs a system's backups and its drills when they are due, until the context's signal aborts. */
export async function runSchedules(
  system: ComposedSystem,
  service: Omit<Parameters<typeof composeScheduler>[1], 'alarm'> &
    Omit<Parameters<typeof composeDrillScheduler>[1], 'alarm'> & { alarms: { backup: Alarm; drill: Alarm } },
  context: CommandContext,
): Promise<void> {
  const { backup, drill } = service.alarms;
  await Promise.all([
    runScheduler(composeScheduler(system, { ...service, alarm: backup }, context), context.signal),
    runScheduler(composeDrillScheduler(system, { ...service, alarm: drill }, context), context.signal),
  ]);
}
