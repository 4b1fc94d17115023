import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INTERVAL_LIMITS, type Schedule } from '#schedule/schedule.ts';
import { backupValues } from '#settings/backup-values.ts';
import { editConf } from '#settings/edit-conf.ts';
import { scheduleOf, schedulerSettings } from '#settings/scheduler-settings.ts';
import type { ScheduleKeys } from '#settings/settings.ts';
import { changesOf, draftOf } from '../../../apps/service/web/settings/draft.ts';
import { anySettings, confOf, confText, GOOD, good, mistakesOf } from './conf-text.ts';

function keysOf(...lines: string[]): ScheduleKeys {
  return good(confText({ ...GOOD, backup: [...GOOD.backup, ...lines] })).backup;
}

function mistakesIn(...lines: string[]): string[] {
  return mistakesOf(confText({ ...GOOD, backup: [...GOOD.backup, ...lines] }));
}

describe('[FD-17] every', () => {
  test.each([
    ['6 hours', { frequency: 'Every', unit: 'hours', count: 6 }],
    ['1 hour', { frequency: 'Every', unit: 'hours', count: 1 }],
    ['3 Days', { frequency: 'Every', unit: 'days', count: 3, time: '23:45' }],
    ['2  weeks', { frequency: 'Every', unit: 'weeks', count: 2, time: '23:45', weekdays: ['Sunday'] }],
    ['1 month', { frequency: 'Every', unit: 'months', count: 1, time: '23:45', day: 1 }],
  ] as [string, Schedule][])('[FD-17] every = %s', (written, schedule) => {
    expect(scheduleOf(keysOf(`every = ${written}`))).toEqual(schedule);
  });

  test('[FD-17] weeks on one or more weekdays, in any order and case', () => {
    const keys = keysOf(
      'every = 2 weeks',
      'weekdays = friday, MONDAY',
      'weekdays[] = Sunday',
      'time = 01:00',
    );
    expect(scheduleOf(keys)).toEqual({
      frequency: 'Every',
      unit: 'weeks',
      count: 2,
      time: '01:00',
      weekdays: ['Monday', 'Friday', 'Sunday'],
    });
    expect(scheduleOf(keysOf('every = 2 weeks', 'weekday = Tuesday'))).toMatchObject({
      weekdays: ['Tuesday'],
    });
  });

  test.each([
    ...Object.entries(INTERVAL_LIMITS).map(([unit, most]) => `${most + 1} ${unit}`),
    '0 hours',
    '-1 days',
    '1.5 days',
    '6',
    'hours',
    '6hours',
    '6 ours',
    '6 hourss',
    '5 minutes',
    '',
  ])('[FD-17] every = "%s" is refused with the limits of each unit', (written) => {
    expect(mistakesIn(`every = ${written}`)).toEqual([
      expect.stringMatching(/\[backup\] every: found .*, allowed is 1 to 24 hours, 1 to 365 days, /),
    ]);
  });

  test.each(Object.entries(INTERVAL_LIMITS))('[FD-17] the most %s: %i', (unit, most) => {
    expect(keysOf(`every = ${most} ${unit}`).every).toEqual({ count: most, unit });
  });

  test('[BS-06] beside frequency it is refused, since one of the two would be overruled', () => {
    expect(mistakesIn('frequency = Daily', 'every = 6 hours')).toEqual([
      expect.stringContaining('[backup] every: found this key beside frequency, allowed is one of the two'),
    ]);
  });

  test.each([
    [['weekdays = Monday'], /found this key without every = N weeks/],
    [['frequency = Weekly', 'weekdays = Monday'], /found this key without every = N weeks/],
    [['every = 3 days', 'weekdays = Monday'], /found this key without every = N weeks/],
    [['every = 1 week', 'weekdays = Monday, Mo'], /found "Mo", allowed is one or more of Monday/],
    [['every = 1 week', 'weekdays = Monday, monday'], /found Monday a second time/],
    [['every = 1 week', 'weekdays = Monday,'], /found an empty item/],
  ])('[FD-17] %j is refused', (lines, found) => {
    expect(mistakesIn(...lines)).toEqual([expect.stringMatching(found)]);
  });
});

describe('automation, missed, retry, cancel_after', () => {
  test('as an administrator writes them', () => {
    const keys = keysOf(
      'automation = Paused',
      'missed = Wait',
      'retry = 90 seconds',
      'cancel_after = 3 attempts',
    );
    expect(schedulerSettings(keys)).toEqual({
      schedule: { frequency: 'Daily', time: '23:45' },
      automation: 'paused',
      missed: 'wait',
      retry: { count: 90, unit: 'seconds' },
      cancelAfter: 3,
    });
  });

  test('[BT-05] it can be switched off and its time changed', () => {
    expect(schedulerSettings(keysOf('automation = off', 'time = 05:10'))).toMatchObject({
      automation: 'off',
      schedule: { frequency: 'Daily', time: '05:10' },
    });
  });

  test('[FD-07] the wait is seconds, minutes or hours, or the next time', () => {
    const waits = ['1 second', '86400 seconds', '1 minute', '1440 minutes', '1 hour', '24 hours', 'next'];
    expect(waits.map((wait) => keysOf(`retry = ${wait}`).retry)).toEqual([
      { count: 1, unit: 'seconds' },
      { count: 86_400, unit: 'seconds' },
      { count: 1, unit: 'minutes' },
      { count: 1440, unit: 'minutes' },
      { count: 1, unit: 'hours' },
      { count: 24, unit: 'hours' },
      'next',
    ]);
  });

  test('[FD-09] off unless it is set', () => {
    expect(keysOf().cancelAfter).toBeUndefined();
    expect(keysOf('cancel_after = Off').cancelAfter).toBeUndefined();
    expect(keysOf('cancel_after = 1 attempt').cancelAfter).toBe(1);
  });

  test.each([
    'automation = yes',
    'missed = later',
    'retry = 0 seconds',
    'retry = 25 hours',
    'retry = 1 day',
    'retry = 10',
    'cancel_after = 0 attempts',
    'cancel_after = 101 attempts',
    'cancel_after = 3',
    'cancel_after = 3 hours',
  ])('%s is refused', (line) => {
    const [key] = line.split(' ');
    expect(mistakesIn(line)).toEqual([expect.stringContaining(`[backup] ${key}: found "`)]);
  });
});

const SCHEDULE_KEYS = ['every', 'frequency', 'weekdays', 'weekday', 'time', 'day'];

test('[FD-17] a schedule that the page saves is the one that is read; every other line stays', () => {
  const others = (text: string) =>
    text.split('\n').filter((line) => !SCHEDULE_KEYS.includes(line.split(' = ')[0] ?? ''));
  fc.assert(
    fc.property(anySettings, anySettings, (before, wanted) => {
      const conf = `; why\n${confOf(before)}`;
      const form = changesOf(draftOf(backupValues(wanted.backup)), backupValues(before.backup));
      const changes = Object.entries(form)
        .filter(([key]) => SCHEDULE_KEYS.includes(key))
        .map(([key, value]) => ({ section: 'backup', key, value: value ?? undefined }));
      const after = editConf(conf, changes);
      expect(scheduleOf(good(after).backup)).toEqual(scheduleOf(wanted.backup));
      expect(others(after)).toEqual(others(conf));
    }),
    { numRuns: 300 },
  );
});
