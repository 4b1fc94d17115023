import { type Schedule, WEEKDAYS } from '#schedule/schedule.ts';

/**
 * When a schedule is due, worked out another way than by the code under test: with numbers, day by day, from a
 * table of the zone's offsets.
 */
export interface DueOracle {
  /** The first due time after `after`; both in milliseconds since 1970. `anchor` is what intervals are counted from. */
  next(after: number, anchor: number | undefined): number | undefined;
}

export function dueOracle(schedule: Schedule, zone: Zone): DueOracle {
  if (schedule.frequency === 'Not Use') return { next: () => undefined };
  if (schedule.frequency === 'Every' && schedule.unit === 'hours') {
    const step = schedule.count * HOUR;
    return {
      next(after, anchor = after) {
        const due = anchor + Math.ceil((after - anchor) / step) * step;
        return due > after ? due : due + step;
      },
    };
  }
  const [hour = 0, minute = 0] = schedule.time.split(':').map(Number);
  return {
    next(after, anchor) {
      const anchorDay = anchor === undefined ? undefined : zone.dayOf(anchor);
      for (let day = zone.dayOf(after) - 1; ; day += 1) {
        if (!isOn(schedule, day, anchorDay)) continue;
        const due = zone.firstAtOrAfter(day * DAY + hour * HOUR + minute * 60_000);
        if (due > after) return due;
      }
    },
  };
}

export const HOUR = 3_600_000;
export const DAY = 86_400_000;

function isOn(
  schedule: Exclude<Schedule, { frequency: 'Not Use' } | { unit: 'hours' }>,
  day: number,
  anchor: number | undefined,
): boolean {
  if (schedule.frequency === 'Daily') return true;
  if (schedule.frequency === 'Weekly') return WEEKDAYS[weekdayOf(day)] === schedule.weekday;
  if (schedule.frequency === 'Monthly') return isNthDay(day, schedule.day);
  const { count } = schedule;
  switch (schedule.unit) {
    case 'days':
      return anchor === undefined || (day !== anchor && (day - anchor) % count === 0);
    case 'weeks': {
      const weeks = anchor === undefined ? 0 : weekOf(day) - weekOf(anchor);
      return weeks % count === 0 && schedule.weekdays.includes(WEEKDAYS[weekdayOf(day)]!);
    }
    case 'months': {
      const months = anchor === undefined ? 0 : monthOf(day) - monthOf(anchor);
      return months % count === 0 && isNthDay(day, schedule.day);
    }
  }
}

/** 1 January 1970 was a Thursday. */
const weekdayOf = (day: number) => (((day + 3) % 7) + 7) % 7;
const weekOf = (day: number) => Math.floor((day + 3) / 7);
const dateOf = (day: number) => new Date(day * DAY);
const monthOf = (day: number) => dateOf(day).getUTCFullYear() * 12 + dateOf(day).getUTCMonth();

function isNthDay(day: number, wanted: number): boolean {
  const date = dateOf(day).getUTCDate();
  return date === wanted || (date < wanted && dateOf(day + 1).getUTCDate() === 1);
}

export interface Zone {
  /** Days since 1970 on the zone's calendar. */
  dayOf(instant: number): number;
  /** The first moment at which clocks on the wall show `wall` (as milliseconds since 1970) or more. */
  firstAtOrAfter(wall: number): number;
}

interface Stretch {
  start: number;
  end: number;
  offset: number;
}

/** The offsets of a zone between two moments. */
export function zoneTable(name: string, from: number, to: number): Zone {
  const stretches: Stretch[] = [];
  let moment = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(name);
  for (let start = Number.NEGATIVE_INFINITY; ; ) {
    const change = moment.getTimeZoneTransition('next');
    const last = change === null || change.epochMilliseconds > to;
    const end = last ? Number.POSITIVE_INFINITY : change.epochMilliseconds;
    stretches.push({ start, end, offset: moment.offsetNanoseconds / 1e6 });
    if (last) break;
    start = end;
    moment = change;
  }
  const at = (matches: (stretch: Stretch) => boolean) => {
    let low = 0;
    let high = stretches.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (matches(stretches[middle]!)) high = middle;
      else low = middle + 1;
    }
    return stretches[low]!;
  };
  return {
    dayOf(instant) {
      const { offset } = at(({ end }) => instant < end);
      return Math.floor((instant + offset) / DAY);
    },
    firstAtOrAfter(wall) {
      const near = stretches.indexOf(at(({ end }) => wall - 36 * HOUR < end));
      for (const { start, end, offset } of stretches.slice(near)) {
        const moment = Math.max(wall - offset, start);
        if (moment < end) return moment;
      }
      throw new Error('the table has no end');
    },
  };
}
