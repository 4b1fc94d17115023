import { openSchedule, type SchedulerParts } from './open-schedule.ts';

/** Without anything due it still looks for changed settings. */
const LONGEST_WAIT_MS = 86_400_000;

/**
 * Runs the backups of one system when they are due, for years, until the signal aborts; a backup that runs then is
 * stopped and waited for. Each due time is handled once: it runs, or it is reported as missed, also across
 * restarts, sleeps, changes of the clock and kill -9. Throws only before its first look: settings that cannot be
 * read at all, a state file that cannot be opened.
 */
export async function runScheduler(parts: SchedulerParts, signal: AbortSignal): Promise<void> {
  const schedule = await openSchedule(parts);
  while (!signal.aborted) {
    const asked = parts.clock.now();
    const { attempted, next } = await schedule.look(signal);
    if (!attempted) await parts.wait(waitUntil(next, asked), signal);
  }
}

function waitUntil(next: Temporal.Instant | undefined, now: Temporal.Instant): number {
  const until = next === undefined ? LONGEST_WAIT_MS : next.epochMilliseconds - now.epochMilliseconds;
  return Math.min(Math.max(until, 1), LONGEST_WAIT_MS);
}
