import * as z from 'zod';
import type { Schedule } from './schedule.ts';
import { scheduleEvent } from './schedule-event.ts';

const instant = z.iso.datetime();
const count = z.number().int().positive();
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const day = z.number().int().min(1).max(31);
const weekday = z.enum(['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']);
const every = { frequency: z.literal('Every'), count };

const schedule: z.ZodType<Schedule> = z.union([
  z.object({ frequency: z.literal('Not Use') }),
  z.object({ frequency: z.literal('Daily'), time }),
  z.object({ frequency: z.literal('Weekly'), time, weekday }),
  z.object({ frequency: z.literal('Monthly'), time, day }),
  z.object({ ...every, unit: z.literal('hours') }),
  z.object({ ...every, unit: z.literal('days'), time }),
  z.object({ ...every, unit: z.literal('weeks'), time, weekdays: z.array(weekday).min(1) }),
  z.object({ ...every, unit: z.literal('months'), time, day }),
]);

/** `schedule`: at its due time. `missed`: made up for, late. `retry`: after the wait that followed a failure. */
const attempt = z.object({
  kind: z.enum(['schedule', 'missed', 'retry']),
  due: instant,
  /** The backup before it failed: if this one does too, an alert is raised. */
  second: z.boolean(),
});

/** What a scheduler knows about one system; all of it survives a restart. Times are ISO 8601 in UTC. */
export const scheduleState = z.object({
  version: z.literal(1),
  /** What it runs; absent: backups. */
  what: z.enum(['backup', 'drill']).exactOptional(),
  /** The schedule in force and its zone: what is due between two looks is judged by the one that held then. */
  schedule,
  zone: z.string().refine(isZone),
  /** Whatever was due up to here ran or was reported as missed. Saved before a run starts, so that it never runs twice. */
  handled: instant,
  /** Where `handled` stood when the clock was set back. */
  highest: instant.exactOptional(),
  /** What "every so many" is counted from. */
  lastRun: instant.exactOptional(),
  running: attempt.exactOptional(),
  /** A failed backup waits to be tried again: at `at`, or without it at the next due time. */
  secondTry: z.object({ due: instant, failedAt: instant, at: instant.exactOptional() }).exactOptional(),
  /** Failed attempts in a row. */
  attempts: z.number().int().nonnegative(),
  /** FD-09: automatic backup has stopped. */
  stopped: z.object({ since: instant, cause: z.string() }).exactOptional(),
  /** Which good backup was the newest when the scheduler last asked. */
  lastSuccess: z.string().exactOptional(),
  /** How many events there were, so that each has a name of its own. */
  events: z.number().int().nonnegative(),
  unreported: z.array(scheduleEvent),
});

export type ScheduleState = z.infer<typeof scheduleState>;

export type Attempt = z.infer<typeof attempt>;

function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
