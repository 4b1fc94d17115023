import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextRun } from '#schedule/next-run.ts';
import type { IntervalSchedule, Weekday } from '#schedule/schedule.ts';

/** The due moments when each run starts on time and the next is counted from it, as wall-clock times with their offset. */
function runs(
  schedule: IntervalSchedule,
  { after, last, zone, count }: { after: string; last?: string; zone: string; count: number },
): string[] {
  const moment = (text: string) => Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant();
  let now = moment(after);
  let lastRun = last === undefined ? undefined : moment(last);
  const found: string[] = [];
  for (let run = 0; run < count; run += 1) {
    now = lastRun = nextRun(schedule, now, zone, lastRun)!;
    found.push(now.toZonedDateTimeISO(zone).toString({ timeZoneName: 'never', smallestUnit: 'minute' }));
  }
  return found;
}

const hours = (count: number): IntervalSchedule => ({ frequency: 'Every', unit: 'hours', count });
const days = (count: number, time = '23:45'): IntervalSchedule => ({
  frequency: 'Every',
  unit: 'days',
  count,
  time,
});
const weeks = (count: number, weekdays: Weekday[], time = '02:00'): IntervalSchedule => ({
  frequency: 'Every',
  unit: 'weeks',
  count,
  time,
  weekdays,
});
const months = (count: number, day: number, time = '06:00'): IntervalSchedule => ({
  frequency: 'Every',
  unit: 'months',
  count,
  time,
  day,
});

describe('[FD-17] every X hours', () => {
  test('[FD-17] so many hours after the last run, on any minute; without one so many hours after now', () => {
    expect(runs(hours(6), { after: '2026-05-01T10:10', zone: 'UTC', count: 2 })).toEqual([
      '2026-05-01T16:10+00:00',
      '2026-05-01T22:10+00:00',
    ]);
    const last = '2026-05-01T08:17';
    expect(runs(hours(6), { after: '2026-05-01T10:10', last, zone: 'UTC', count: 1 })).toEqual([
      '2026-05-01T14:17+00:00',
    ]);
    // Runs that were missed meanwhile do not move the others.
    expect(runs(hours(6), { after: '2026-05-03T10:10', last, zone: 'UTC', count: 1 })).toEqual([
      '2026-05-03T14:17+00:00',
    ]);
  });

  test('[FD-17] hours are hours that pass: changes of the clocks make none longer', () => {
    const found = runs(hours(24), { after: '2026-03-27T12:00', zone: 'Europe/Berlin', count: 2 });
    expect(found).toEqual(['2026-03-28T12:00+01:00', '2026-03-29T13:00+02:00']);
  });

  test('[FD-17] a last run that lies ahead, as a clock set back leaves it, does not stop them', () => {
    const found = runs(hours(6), {
      after: '2026-05-01T10:10',
      last: '2031-01-01T01:00',
      zone: 'UTC',
      count: 1,
    });
    expect(found).toEqual(['2026-05-01T13:00+00:00']);
  });
});

describe('[FD-17] every X days', () => {
  test('[FD-17] counted from the date of the last run, over the end of a month', () => {
    const found = runs(days(3), {
      after: '2026-01-28T23:45',
      last: '2026-01-28T23:45',
      zone: 'UTC',
      count: 4,
    });
    expect(found.map((time) => time.slice(5, 16))).toEqual([
      '01-31T23:45',
      '02-03T23:45',
      '02-06T23:45',
      '02-09T23:45',
    ]);
  });

  test('[FD-17] from the date of a run that was late, not from its hour', () => {
    const late = { after: '2026-01-29T08:00', last: '2026-01-29T08:00', zone: 'Asia/Seoul', count: 1 };
    expect(runs(days(3), late)).toEqual(['2026-02-01T23:45+09:00']);
    expect(runs(days(1), late)).toEqual(['2026-01-30T23:45+09:00']);
  });

  test('[FD-17] the first run is at the next such time; missed ones do not move the others', () => {
    expect(runs(days(10), { after: '2026-01-29T08:00', zone: 'UTC', count: 2 })).toEqual([
      '2026-01-29T23:45+00:00',
      '2026-02-08T23:45+00:00',
    ]);
    const missed = { after: '2026-02-20T00:00', last: '2026-01-29T23:45', zone: 'UTC', count: 1 };
    expect(runs(days(10), missed)).toEqual(['2026-02-28T23:45+00:00']);
  });

  test('[FD-17] over a leap day and through a gap', () => {
    const leap = { after: '2028-02-27T23:45', last: '2028-02-27T23:45', zone: 'UTC', count: 2 };
    expect(runs(days(2), leap)).toEqual(['2028-02-29T23:45+00:00', '2028-03-02T23:45+00:00']);
    const gap = { after: '2026-03-27T02:30', last: '2026-03-27T02:30', zone: 'Europe/Berlin', count: 2 };
    expect(runs(days(2, '02:30'), gap)).toEqual(['2026-03-29T03:00+02:00', '2026-03-31T02:30+02:00']);
  });

  test('[FD-17] a last run that lies ahead: the same dates, backwards', () => {
    const back = { after: '2026-01-20T00:00', last: '2026-01-28T23:45', zone: 'UTC', count: 1 };
    expect(runs(days(3), back)).toEqual(['2026-01-22T23:45+00:00']);
  });
});

describe('[FD-17] every X weeks', () => {
  test('[FD-17] on each of the weekdays, in every so manieth week', () => {
    // 5 January 2026 is a Monday.
    const found = runs(weeks(2, ['Thursday', 'Monday']), {
      after: '2026-01-05T01:00',
      zone: 'UTC',
      count: 5,
    });
    expect(found.map((time) => time.slice(0, 10))).toEqual([
      '2026-01-05',
      '2026-01-08',
      '2026-01-19',
      '2026-01-22',
      '2026-02-02',
    ]);
  });

  test('[FD-17] Sunday is the last day of its week', () => {
    const found = runs(weeks(2, ['Sunday', 'Monday']), {
      after: '2026-01-05T02:00',
      last: '2026-01-05T02:00',
      zone: 'UTC',
      count: 3,
    });
    expect(found.map((time) => time.slice(0, 10))).toEqual(['2026-01-11', '2026-01-19', '2026-01-25']);
  });

  test('[FD-17] over the year end, with 53 weeks too; missed ones do not move the others', () => {
    const last = '2026-12-21T02:00';
    const found = runs(weeks(3, ['Monday']), { after: last, last, zone: 'UTC', count: 2 });
    expect(found.map((time) => time.slice(0, 10))).toEqual(['2027-01-11', '2027-02-01']);
    const missed = runs(weeks(3, ['Monday']), { after: '2027-01-25T09:00', last, zone: 'UTC', count: 1 });
    expect(missed).toEqual(['2027-02-01T02:00+00:00']);
  });
});

describe('[FD-17] every X months', () => {
  test('[FD-17] on the Nth day; 31 is the last day of a shorter month and stays 31 in the next', () => {
    const found = runs(months(3, 31), {
      after: '2027-11-30T06:00',
      last: '2027-11-30T06:00',
      zone: 'UTC',
      count: 4,
    });
    expect(found.map((time) => time.slice(0, 10))).toEqual([
      '2028-02-29',
      '2028-05-31',
      '2028-08-31',
      '2028-11-30',
    ]);
  });

  test('[FD-17] the first is the first that fits at all', () => {
    expect(runs(months(2, 15), { after: '2026-12-15T05:59', zone: 'UTC', count: 2 })).toEqual([
      '2026-12-15T06:00+00:00',
      '2027-02-15T06:00+00:00',
    ]);
    expect(runs(months(2, 15), { after: '2026-12-15T06:00', zone: 'UTC', count: 2 })).toEqual([
      '2027-01-15T06:00+00:00',
      '2027-03-15T06:00+00:00',
    ]);
    // 8 January 2026 is a Thursday.
    expect(runs(weeks(5, ['Monday']), { after: '2026-01-08T00:00', zone: 'UTC', count: 2 })).toEqual([
      '2026-01-12T02:00+00:00',
      '2026-02-16T02:00+00:00',
    ]);
  });
});

describe('properties', () => {
  const any = fc.oneof(
    fc.integer({ min: 1, max: 24 }).map(hours),
    fc.integer({ min: 1, max: 365 }).map((count) => days(count)),
    fc
      .tuple(
        fc.integer({ min: 1, max: 52 }),
        fc.uniqueArray(fc.constantFrom<Weekday>('Monday', 'Wednesday', 'Saturday', 'Sunday'), {
          minLength: 1,
        }),
      )
      .map(([count, weekdays]) => weeks(count, weekdays)),
    fc
      .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 31 }))
      .map(([count, day]) => months(count, day)),
  );
  const moment = fc
    .integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2040, 0, 1) })
    .map((milliseconds) => Temporal.Instant.fromEpochMilliseconds(milliseconds));
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'America/St_Johns',
  );

  test('[FD-17] the next run is later, whatever the last run was, and no moment before it has another', () => {
    fc.assert(
      fc.property(
        any,
        moment,
        moment,
        zone,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (schedule, after, last, zone, part) => {
          const due = nextRun(schedule, after, zone, last)!;
          expect(Temporal.Instant.compare(due, after)).toBe(1);
          const span = due.epochMilliseconds - after.epochMilliseconds;
          const between = after.add({ milliseconds: Math.floor(span * part * 0.999) });
          // Left aside: `after` and `between` on both sides of the last run, which is no run of its own.
          if (Temporal.Instant.compare(after, last) < 0 !== Temporal.Instant.compare(between, last) < 0)
            return;
          expect(nextRun(schedule, between, zone, last)?.equals(due)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('[FD-17] counted from the last run or from the one after it, the rest is the same', () => {
    fc.assert(
      fc.property(any, moment, zone, (schedule, start, zone) => {
        const first = nextRun(schedule, start, zone)!;
        const second = nextRun(schedule, first, zone, first)!;
        const third = nextRun(schedule, second, zone, second)!;
        expect(nextRun(schedule, second, zone, first)?.equals(third)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
