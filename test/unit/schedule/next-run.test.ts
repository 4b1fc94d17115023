import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextRun } from '#schedule/next-run.ts';
import type { Frequency, Schedule, Weekday } from '#schedule/schedule.ts';
import type { BackupSettings } from '#settings/settings.ts';

const WEEKDAYS: Weekday[] = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** The due moments after `after` (a wall-clock time in `zone`), as wall-clock times with their offset. */
function runs(schedule: Schedule, after: string, zone: string, count: number): string[] {
  let moment = Temporal.PlainDateTime.from(after).toZonedDateTime(zone).toInstant();
  const found: string[] = [];
  for (let run = 0; run < count; run += 1) {
    moment = nextRun(schedule, moment, zone)!;
    found.push(moment.toZonedDateTimeISO(zone).toString({ timeZoneName: 'never', smallestUnit: 'minute' }));
  }
  return found;
}

describe('the four frequencies', () => {
  test('[BS-06] the flat backup settings are a schedule for each of the four frequencies, and for no fifth', () => {
    const four: Record<Frequency, boolean> = { 'Not Use': false, Daily: true, Weekly: true, Monthly: true };
    const after = Temporal.Instant.from('2026-03-03T12:00Z');
    for (const [frequency, due] of Object.entries(four) as [Frequency, boolean][]) {
      const backup: Pick<BackupSettings, 'frequency' | 'time' | 'weekday' | 'day'> = {
        frequency,
        time: '23:45',
        weekday: 'Sunday',
        day: 1,
      };
      expect(nextRun(backup, after, 'UTC') !== undefined).toBe(due);
    }
    expect(Object.keys(four)).toHaveLength(4);
  });

  test('[BS-07] Not Use: nothing is ever due', () => {
    const after = Temporal.Instant.from('2026-01-01T00:00Z');
    expect(nextRun({ frequency: 'Not Use' }, after, 'Asia/Seoul')).toBeUndefined();
  });

  test('[BS-08] Daily: at the set time, today if it is still to come, else tomorrow', () => {
    const daily: Schedule = { frequency: 'Daily', time: '23:45' };
    expect(runs(daily, '2026-02-27T10:00', 'Asia/Seoul', 3)).toEqual([
      '2026-02-27T23:45+09:00',
      '2026-02-28T23:45+09:00',
      '2026-03-01T23:45+09:00',
    ]);
    expect(runs(daily, '2026-02-27T23:46', 'Asia/Seoul', 1)).toEqual(['2026-02-28T23:45+09:00']);
  });

  test('[BS-08] Weekly: at the set day and time, over the year end too', () => {
    const weekly: Schedule = { frequency: 'Weekly', time: '02:00', weekday: 'Thursday' };
    // 24 December 2026 is a Thursday.
    expect(runs(weekly, '2026-12-24T01:59', 'Europe/Berlin', 3)).toEqual([
      '2026-12-24T02:00+01:00',
      '2026-12-31T02:00+01:00',
      '2027-01-07T02:00+01:00',
    ]);
    expect(runs(weekly, '2026-12-24T02:00', 'Europe/Berlin', 1)).toEqual(['2026-12-31T02:00+01:00']);
  });

  test('[BS-08] Monthly: at the set date and time; day 31 means the last day of a shorter month', () => {
    const monthly: Schedule = { frequency: 'Monthly', time: '06:30', day: 31 };
    expect(runs(monthly, '2028-01-31T06:29', 'UTC', 6)).toEqual([
      '2028-01-31T06:30+00:00',
      '2028-02-29T06:30+00:00',
      '2028-03-31T06:30+00:00',
      '2028-04-30T06:30+00:00',
      '2028-05-31T06:30+00:00',
      '2028-06-30T06:30+00:00',
    ]);
  });

  test.each([29, 30, 31])('[BS-08] Monthly: day %i is the 28th in February of a common year', (day) => {
    const found = runs({ frequency: 'Monthly', time: '12:00', day }, '2027-02-01T00:00', 'UTC', 2);
    expect(found).toEqual(['2027-02-28T12:00+00:00', `2027-03-${day}T12:00+00:00`]);
  });

  test('[BS-08] Monthly: a day that has passed this month is due next month', () => {
    const monthly: Schedule = { frequency: 'Monthly', time: '12:00', day: 1 };
    expect(runs(monthly, '2026-12-01T12:00', 'UTC', 1)).toEqual(['2027-01-01T12:00+00:00']);
  });
});

describe('changes of the clocks', () => {
  test('a time in the gap is due at the first moment after it, and as set the next day', () => {
    const daily: Schedule = { frequency: 'Daily', time: '02:30' };
    expect(runs(daily, '2026-03-28T12:00', 'Europe/Berlin', 2)).toEqual([
      '2026-03-29T03:00+02:00',
      '2026-03-30T02:30+02:00',
    ]);
    expect(runs(daily, '2026-03-07T12:00', 'America/New_York', 2)).toEqual([
      '2026-03-08T03:00-04:00',
      '2026-03-09T02:30-04:00',
    ]);
  });

  test('a time that comes twice is due once, the first time', () => {
    const daily: Schedule = { frequency: 'Daily', time: '02:30' };
    expect(runs(daily, '2026-10-24T12:00', 'Europe/Berlin', 2)).toEqual([
      '2026-10-25T02:30+02:00',
      '2026-10-26T02:30+01:00',
    ]);
  });

  test('a service that starts inside the repeated hour does not run again', () => {
    const inSecondHour = Temporal.Instant.from('2026-10-25T02:15+01:00');
    const next = nextRun({ frequency: 'Daily', time: '02:30' }, inSecondHour, 'Europe/Berlin');
    expect(next?.toString()).toBe('2026-10-26T01:30:00Z');
  });

  test('the day is 23 or 25 hours long, the wall-clock time stays', () => {
    const daily: Schedule = { frequency: 'Daily', time: '23:45' };
    expect(runs(daily, '2026-03-28T23:45', 'Europe/Berlin', 1)).toEqual(['2026-03-29T23:45+02:00']);
    expect(runs(daily, '2026-10-24T23:45', 'Europe/Berlin', 1)).toEqual(['2026-10-25T23:45+01:00']);
  });

  test('half-hour changes, gaps at midnight and a day that did not exist', () => {
    const at = (time: string): Schedule => ({ frequency: 'Daily', time });
    // Lord Howe moves by 30 minutes.
    expect(runs(at('02:15'), '2026-10-03T12:00', 'Australia/Lord_Howe', 1)).toEqual([
      '2026-10-04T02:30+11:00',
    ]);
    // Beirut's day began at 01:00.
    expect(runs(at('00:30'), '2022-03-26T12:00', 'Asia/Beirut', 1)).toEqual(['2022-03-27T01:00+03:00']);
    // Samoa left out 30 December 2011.
    expect(runs(at('12:00'), '2011-12-29T13:00', 'Pacific/Apia', 2)).toEqual([
      '2011-12-31T00:00+14:00',
      '2011-12-31T12:00+14:00',
    ]);
  });
});

describe('properties over zones', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/St_Johns',
    'America/Sao_Paulo',
    'Australia/Lord_Howe',
    'Asia/Seoul',
    'Asia/Kathmandu',
    'Asia/Beirut',
    'Africa/Casablanca',
    'Pacific/Apia',
    'Antarctica/Troll',
  );
  const after = fc
    .integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2040, 0, 1) })
    .map((milliseconds) => Temporal.Instant.fromEpochMilliseconds(milliseconds));
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
  const timed = fc.oneof(
    time.map((time): Schedule => ({ frequency: 'Daily', time })),
    fc
      .tuple(time, fc.constantFrom(...WEEKDAYS))
      .map(([time, weekday]): Schedule => ({ frequency: 'Weekly', time, weekday })),
    fc
      .tuple(time, fc.integer({ min: 1, max: 31 }))
      .map(([time, day]): Schedule => ({ frequency: 'Monthly', time, day })),
  );

  /** Whether the schedule asks for a run on this date; written without the code under test. */
  function asksFor(schedule: Schedule, date: Temporal.PlainDate): boolean {
    if (schedule.frequency === 'Weekly') return WEEKDAYS[date.dayOfWeek - 1] === schedule.weekday;
    if (schedule.frequency !== 'Monthly') return schedule.frequency === 'Daily';
    const isLast = date.add({ days: 1 }).day === 1;
    return date.day === schedule.day || (isLast && schedule.day > date.day);
  }

  test('[BS-08] the next run is later, on a date asked for, at the set time or right after a gap', () => {
    fc.assert(
      fc.property(timed, after, zone, (schedule, after, zone) => {
        const due = nextRun(schedule, after, zone)!;
        expect(Temporal.Instant.compare(due, after)).toBe(1);
        const wall = due.toZonedDateTimeISO(zone);
        const isSetTime =
          'time' in schedule && wall.toPlainTime().equals(Temporal.PlainTime.from(schedule.time));
        if (isSetTime) {
          expect(asksFor(schedule, wall.toPlainDate())).toBe(true);
        } else {
          const moment = wall.subtract({ nanoseconds: 1 });
          expect(moment.offsetNanoseconds).toBeLessThan(wall.offsetNanoseconds);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('[BS-08] no date asked for is left out or served twice', () => {
    fc.assert(
      fc.property(timed, after, zone, (schedule, after, zone) => {
        const due = nextRun(schedule, after, zone)!;
        const following = nextRun(schedule, due, zone)!;
        // Every local date from `after` to the second run, one day beyond the ends left aside.
        let date = due.toZonedDateTimeISO(zone).toPlainDate().add({ days: 1 });
        const end = following.toZonedDateTimeISO(zone).toPlainDate().subtract({ days: 1 });
        for (; Temporal.PlainDate.compare(date, end) <= 0; date = date.add({ days: 1 })) {
          expect(asksFor(schedule, date)).toBe(false);
        }
        date = after.toZonedDateTimeISO(zone).toPlainDate().add({ days: 1 });
        const first = due.toZonedDateTimeISO(zone).toPlainDate().subtract({ days: 1 });
        for (; Temporal.PlainDate.compare(date, first) <= 0; date = date.add({ days: 1 })) {
          expect(asksFor(schedule, date)).toBe(false);
        }
        expect(nextRun(schedule, due.subtract({ nanoseconds: 1 }), zone)?.equals(due)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('any moment before a run and after the one before leads to the same run', () => {
    fc.assert(
      fc.property(
        timed,
        after,
        zone,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (schedule, after, zone, part) => {
          const due = nextRun(schedule, after, zone)!;
          const following = nextRun(schedule, due, zone)!;
          const span = following.epochMilliseconds - due.epochMilliseconds;
          const between = due.add({ milliseconds: Math.floor(span * part * 0.999) });
          expect(nextRun(schedule, between, zone)?.equals(following)).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
