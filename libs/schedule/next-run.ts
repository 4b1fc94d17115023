import type { Schedule, Weekday } from './schedule.ts';

type TimedSchedule = Exclude<Schedule, { frequency: 'Not Use' }>;

/** ISO numbers, as Temporal counts the days of a week. */
const DAY_OF_WEEK: Record<Weekday, number> = {
  Monday: 1,
  Tuesday: 2,
  Wednesday: 3,
  Thursday: 4,
  Friday: 5,
  Saturday: 6,
  Sunday: 7,
};

/**
 * The first moment strictly after `after` at which the schedule is due in the IANA time zone `zone`;
 * undefined if nothing runs by itself. Pure: equal arguments give equal answers.
 *
 * A wall-clock time that a change of the clocks skips is due at the first moment after the gap; one that
 * comes twice is due the first time only. Throws RangeError for an unknown zone.
 */
export function nextRun(
  schedule: Schedule,
  after: Temporal.Instant,
  zone: string,
): Temporal.Instant | undefined {
  if (schedule.frequency === 'Not Use') return undefined;
  const time = Temporal.PlainTime.from(schedule.time);
  const today = after.toZonedDateTimeISO(zone).toPlainDate();
  for (const date of dueDates(schedule, today)) {
    const due = momentOf(date.toPlainDateTime(time), zone);
    if (Temporal.Instant.compare(due, after) > 0) return due;
  }
  return undefined;
}

/** The schedule's dates in order, without end; the first may lie before `today`, none from `today` on is left out. */
function dueDates(schedule: TimedSchedule, today: Temporal.PlainDate): Iterable<Temporal.PlainDate> {
  switch (schedule.frequency) {
    case 'Daily':
      return everyDays(today, 1);
    case 'Weekly':
      return everyDays(today.add({ days: daysUntil(schedule.weekday, today) }), 7);
    case 'Monthly':
      return everyMonth(today, schedule.day);
  }
}

function* everyDays(first: Temporal.PlainDate, days: number): Generator<Temporal.PlainDate> {
  for (let count = 0; ; count += days) yield first.add({ days: count });
}

function daysUntil(weekday: Weekday, today: Temporal.PlainDate): number {
  return (DAY_OF_WEEK[weekday] - today.dayOfWeek + 7) % 7;
}

/** Each month is counted from the first one, so that a short month does not pull later ones to its last day. */
function* everyMonth(today: Temporal.PlainDate, day: number): Generator<Temporal.PlainDate> {
  const first = today.toPlainYearMonth();
  for (let months = 0; ; months += 1) {
    const month = first.add({ months });
    yield month.toPlainDate({ day: Math.min(day, month.daysInMonth) });
  }
}

function momentOf(wall: Temporal.PlainDateTime, zone: string): Temporal.Instant {
  const before = wall.toZonedDateTime(zone, { disambiguation: 'earlier' });
  if (before.toPlainDateTime().equals(wall)) return before.toInstant();
  // In a gap `earlier` lies before the change of the clocks; the change itself is the first moment after the gap.
  const change = before.getTimeZoneTransition('next');
  return (change ?? before).toInstant();
}
