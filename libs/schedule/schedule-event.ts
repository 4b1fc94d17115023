import * as z from 'zod';

const about = {
  /** The same for the same event, also where it is reported a second time after a crash. */
  id: z.string(),
  at: z.iso.datetime(),
  /** One line for journal, log and page. */
  text: z.string(),
};

/** The due time of the backup that the event is about. */
const due = z.iso.datetime();

/**
 * What the scheduler did or noticed, beside the runs themselves. It lies in the state file until it was reported,
 * so that a crash loses none.
 * - `missed`: due times, first to last, at which no backup ran, and why.
 * - `retry`: a backup failed and is tried again, at `retryAt` or at the next due time.
 * - `alert`: it failed a second time, or for a reason that no retry can help (FD-08).
 * - `stopped`: automatic backup stopped after too many failed attempts (FD-09, 1401). `resumed`: it goes on.
 * - `cut-off`: the service died while the backup ran (1406). `dropped`: a second try that could not be made.
 * - `clock`, `settings`, `state`: the clock was set back; settings cannot be read; the state cannot be kept.
 */
export const scheduleEvent = z.discriminatedUnion('kind', [
  z.object({
    ...about,
    kind: z.literal('missed'),
    reason: z.enum(['off', 'asleep', 'busy', 'locked', 'stopped', 'settings']),
    first: due,
    last: due,
    /** How many; where it is COUNTED_AT_MOST there may be more. */
    count: z.number().int().positive(),
  }),
  z.object({
    ...about,
    kind: z.literal('retry'),
    due,
    code: z.string(),
    retryAt: z.iso.datetime().exactOptional(),
  }),
  z.object({
    ...about,
    kind: z.literal('alert'),
    due,
    code: z.string(),
    message: z.string(),
    hint: z.string().exactOptional(),
  }),
  z.object({
    ...about,
    kind: z.literal('stopped'),
    code: z.literal('automatic-stopped'),
    attempts: z.number().int(),
    message: z.string(),
  }),
  z.object({ ...about, kind: z.literal('resumed') }),
  z.object({ ...about, kind: z.literal('cut-off'), due }),
  z.object({ ...about, kind: z.literal('dropped'), due }),
  z.object({ ...about, kind: z.enum(['clock', 'settings', 'state']) }),
]);

export type ScheduleEvent = z.infer<typeof scheduleEvent>;

export type MissedReason = Extract<ScheduleEvent, { kind: 'missed' }>['reason'];
