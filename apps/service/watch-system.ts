import { listArchives } from '#catalog/list-archives.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { Clock } from '#platform/clock.ts';
import { nextRun } from '#schedule/next-run.ts';
import { scheduleOf } from '#settings/scheduler-settings.ts';
import { ageLimit } from '#watch/age-limit.ts';
import { lastGood } from '#watch/last-good.ts';
import { type Watched, watchAge } from '#watch/watch-age.ts';
import type { ComposedSystem } from './compose/composed-system.ts';

/** LB-10: one look at the age of a system's last good backup; raises the alarm, or takes it back. */
export function watchSystem(
  system: Pick<ComposedSystem, 'settings' | 'destination' | 'id'>,
  notifier: Pick<Notifier, 'change'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Watched> {
  const { backup, watch } = system.settings;
  const nextDue = (after: Temporal.Instant) => nextRun(scheduleOf(backup), after, clock.zone(), after);
  return watchAge(
    {
      clock,
      limit: () => ageLimit(watch.maxAge, nextDue, clock.now()),
      readLastGood: async () =>
        lastGood(await listArchives(system.destination, signal), system.id, clock.now()),
      change: notifier.change,
    },
    signal,
  );
}
