import { type IntervalSchedule, type Schedule, WEEKDAYS, type Weekday } from './schedule.ts';

/**
 * The first moment strictly after `after` at which the schedule is due in the IANA time zone `zone`;
 * undefined if nothing runs by itself. Pure: equal arguments give equal answers.
 *
 * `lastRun` is what "every so many" is counted from; without it the first run is the first that fits at all
 * (for hours: so many hours after `after`). A `lastRun` later than `after`, as a clock that was set back leaves
 * it, counts backwards too.
 *
 * A wall-clock time that a change of the clocks skips is due at the first moment after the gap; one that
 * comes twice is due the first time only. Throws RangeError for an unknown zone.
 */
export function nextRun(
  schedule: Schedule,
  after: Temporal.Instant,
  zone: string,
  lastRun?: Temporal.Instant,
): Temporal.Instant | undefined {
  if (schedule.frequency === 'Not Use') return undefined;
  if (schedule.frequency === 'Every' && schedule.unit === 'hours') {
    return everyHours(schedule.count, after, lastRun ?? after);
  }
  const time = Temporal.PlainTime.from(schedule.time);
  for (const date of dueDates(schedule, after, zone, lastRun)) {
    const due = momentOf(date.toPlainDateTime(time), zone);
    if (Temporal.Instant.compare(due, after) > 0) return due;
  }
  return undefined;
}

const HOUR_MS = 3_600_000;

/** Hours that pass, whatever clocks on the wall do meanwhile. */
function everyHours(count: number, after: Temporal.Instant, lastRun: Temporal.Instant): Temporal.Instant {
  const step = count * HOUR_MS;
  const steps = Math.floor((after.epochMilliseconds - lastRun.epochMilliseconds) / step);
  const due = lastRun.add({ milliseconds: steps * step });
  return Temporal.Instant.compare(due, after) > 0 ? due : due.add({ milliseconds: step });
}

type DatedSchedule = Exclude<Schedule, { frequency: 'Not Use' } | { unit: 'hours' }>;

/** The schedule's dates in order, without end; the first may lie before `after`, none that is due after it is left out. */
function dueDates(
  schedule: DatedSchedule,
  after: Temporal.Instant,
  zone: string,
  lastRun: Temporal.Instant | undefined,
): Iterable<Temporal.PlainDate> {
  const today = after.toZonedDateTimeISO(zone).toPlainDate();
  switch (schedule.frequency) {
    case 'Daily':
      return everyDays(today, 1);
    case 'Weekly':
      return everyDays(today.add({ days: daysUntil(schedule.weekday, today) }), 7);
    case 'Monthly':
      return everyMonths(today, 1, schedule.day);
    case 'Every': {
      const last = lastRun?.toZonedDateTimeISO(zone).toPlainDate();
      return everySoMany(schedule, today, last);
    }
  }
}

function everySoMany(
  schedule: Exclude<IntervalSchedule, { unit: 'hours' }>,
  today: Temporal.PlainDate,
  last: Temporal.PlainDate | undefined,
): Iterable<Temporal.PlainDate> {
  // Nothing to count from yet: the first day that fits at all.
  const count = last === undefined ? 1 : schedule.count;
  switch (schedule.unit) {
    case 'days': {
      if (last === undefined) return everyDays(today, count);
      const steps = Math.floor(last.until(today).days / count);
      // Never the last run's own date: a run that was late that day does not make its time due again.
      return notOn(last, everyDays(last.add({ days: steps * count }), count));
    }
    case 'weeks':
      return everyWeeks(today, count, schedule.weekdays, mondayOf(last ?? today));
    case 'months':
      return everyMonths(monthsBefore(today, last ?? today, count), count, schedule.day);
  }
}

function* everyDays(first: Temporal.PlainDate, days: number): Generator<Temporal.PlainDate> {
  for (let count = 0; ; count += days) yield first.add({ days: count });
}

function* notOn(
  date: Temporal.PlainDate,
  dates: Iterable<Temporal.PlainDate>,
): Generator<Temporal.PlainDate> {
  for (const candidate of dates) if (!candidate.equals(date)) yield candidate;
}

/** Days of the weeks `monday`, `monday` and so many weeks, in both directions; from the one that holds `today`, or the one before it, on. */
function* everyWeeks(
  today: Temporal.PlainDate,
  count: number,
  weekdays: readonly Weekday[],
  monday: Temporal.PlainDate,
): Generator<Temporal.PlainDate> {
  const steps = Math.floor(monday.until(today).days / (7 * count));
  const offsets = weekdays.map((day) => WEEKDAYS.indexOf(day)).sort((a, b) => a - b);
  for (const start of everyDays(monday.add({ days: steps * 7 * count }), 7 * count)) {
    for (const days of offsets) yield start.add({ days });
  }
}

function mondayOf(date: Temporal.PlainDate): Temporal.PlainDate {
  return date.subtract({ days: date.dayOfWeek - 1 });
}

function daysUntil(weekday: Weekday, today: Temporal.PlainDate): number {
  return (WEEKDAYS.indexOf(weekday) + 1 - today.dayOfWeek + 7) % 7;
}

/** The first of the month, counted from `last` in steps of `count` months, that is the newest not after `today`. */
function monthsBefore(
  today: Temporal.PlainDate,
  last: Temporal.PlainDate,
  count: number,
): Temporal.PlainDate {
  const from = last.with({ day: 1 });
  const passed = (today.year - from.year) * 12 + today.month - from.month;
  return from.add({ months: Math.floor(passed / count) * count });
}

/** Each month is counted from the first one, so that a short month does not pull later ones to its last day. */
function* everyMonths(today: Temporal.PlainDate, count: number, day: number): Generator<Temporal.PlainDate> {
  const first = today.toPlainYearMonth();
  for (let months = 0; ; months += count) {
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
