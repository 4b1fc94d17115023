import { describe, expect, test } from 'vitest';
import type { Schedule } from '#schedule/schedule.ts';
import { scheduleStatus } from '#schedule/schedule-status.ts';
import {
  DISK_FULL,
  DONE,
  LOGIN_REFUSED,
  type SchedulerBench,
  STOPPED,
  schedulerBench,
} from './scheduler-bench.ts';

const kinds = (bench: SchedulerBench) => bench.events.map((event) => event.kind);

describe('at the due time', () => {
  test('[BT-05] daily at 23:45 without a word in the conf, once each day', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    await bench.serveUntil('2026-03-04T12:00');
    expect(bench.log).toEqual([
      '2026-03-01 23:45 schedule',
      '2026-03-02 23:45 schedule',
      '2026-03-03 23:45 schedule',
    ]);
  });

  test.each([
    [
      'Weekly',
      { frequency: 'Weekly', time: '02:00', weekday: 'Thursday' },
      ['2026-03-05 02:00', '2026-03-12 02:00'],
    ],
    ['Monthly', { frequency: 'Monthly', time: '02:00', day: 31 }, ['2026-02-28 02:00', '2026-03-31 02:00']],
  ] as [string, Schedule, string[]][])('[BS-08] %s', async (_name, schedule, times) => {
    const bench = schedulerBench(schedule.frequency === 'Weekly' ? '2026-03-01T12:00' : '2026-02-01T12:00', {
      schedule,
    });
    await bench.serveUntil(schedule.frequency === 'Weekly' ? '2026-03-15T12:00' : '2026-04-15T12:00');
    expect(bench.log).toEqual(times.map((time) => `${time} schedule`));
  });

  test('[BS-07] Not Use: nothing runs by itself and nothing was missed', async () => {
    const bench = schedulerBench('2026-03-01T12:00', { schedule: { frequency: 'Not Use' } });
    await bench.serveUntil('2026-04-01T12:00');
    bench.set('2026-08-01T12:00');
    await bench.serveUntil('2026-09-01T12:00');
    expect(bench.log).toEqual([]);
  });

  test('a time that does not exist and a time that comes twice: once each', async () => {
    const bench = schedulerBench('2026-03-28T12:00', { schedule: { frequency: 'Daily', time: '02:30' } });
    await bench.serveUntil('2026-03-30T12:00');
    bench.set('2026-10-24T12:00');
    bench.log.length = 0;
    bench.state = undefined;
    await bench.serveUntil('2026-10-26T12:00');
    expect(bench.log).toEqual(['2026-10-25 02:30 schedule', '2026-10-26 02:30 schedule']);
  });

  test('[FD-17] every 3 days counts from the date of the last run, over the end of the month', async () => {
    const bench = schedulerBench('2026-01-28T12:00', {
      schedule: { frequency: 'Every', unit: 'days', count: 3, time: '23:45' },
    });
    await bench.serveUntil('2026-02-04T12:00');
    expect(bench.log).toEqual([
      '2026-01-28 23:45 schedule',
      '2026-01-31 23:45 schedule',
      '2026-02-03 23:45 schedule',
    ]);
    bench.set('2026-02-07T08:00');
    await bench.serveUntil('2026-02-11T12:00');
    expect(bench.log.slice(3)).toEqual([
      '2026-02-07 08:00 missed off 1',
      '2026-02-07 08:00 missed',
      '2026-02-10 23:45 schedule',
    ]);
  });

  test('[TN-07] an interval of hours goes on through restarts that come more often', async () => {
    const bench = schedulerBench('2026-03-01T00:00', {
      schedule: { frequency: 'Every', unit: 'hours', count: 5 },
    });
    for (let hour = 1; hour < 24; hour += 1)
      await bench.serveUntil(`2026-03-01T${String(hour).padStart(2, '0')}:01`);
    expect(bench.log.map((line) => line.slice(11))).toEqual([
      '05:00 schedule',
      '10:00 schedule',
      '15:00 schedule',
      '20:00 schedule',
    ]);
  });

  test('it may be late by less than five minutes and is still on time', async () => {
    const bench = schedulerBench('2026-03-01T12:00', { missed: 'wait' });
    await bench.serveUntil('2026-03-01T23:44');
    bench.set('2026-03-01T23:49');
    await bench.serveUntil('2026-03-02T12:00');
    expect(bench.log).toEqual(['2026-03-01 23:49 schedule']);
  });

  test('whatever a run throws is a failed run', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    const runOne = () => Promise.reject(new Error('a defect'));
    await bench.serveUntil('2026-03-03T12:00', { runOne });
    expect(kinds(bench)).toEqual(['alert', 'alert']);
    expect(bench.events[0]).toMatchObject({ code: 'internal', message: 'a defect' });
  });
});

describe('[FD-10] missed', () => {
  test('[FD-10] run: one backup at the next start, however many were missed; then as set', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    await bench.serveUntil('2026-03-02T12:00');
    bench.set('2026-03-05T08:00');
    await bench.serveUntil('2026-03-05T09:00');
    await bench.serveUntil('2026-03-06T09:00');
    expect(bench.log.slice(1)).toEqual([
      '2026-03-05 08:00 missed off 3',
      '2026-03-05 08:00 missed',
      '2026-03-05 23:45 schedule',
    ]);
    expect(bench.events[0]?.text).toBe(
      '3 backups due from 2026-03-02 23:45 to 2026-03-04 23:45 were missed: the service was not running; one is made now',
    );
  });

  test('[FD-10] wait: reported, and nothing runs before the next time', async () => {
    const bench = schedulerBench('2026-03-01T12:00', { missed: 'wait' });
    await bench.serveUntil('2026-03-02T12:00');
    bench.set('2026-03-03T08:00');
    await bench.serveUntil('2026-03-04T09:00');
    expect(bench.log.slice(1)).toEqual(['2026-03-03 08:00 missed off 1', '2026-03-03 23:45 schedule']);
    expect(bench.events[0]?.text).toBe(
      'the backup that was due 2026-03-02 23:45 was missed: the service was not running',
    );
  });

  test('[FD-10] a machine that slept over the due time says so', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    bench.at('2026-03-01T20:00', () => bench.set('2026-03-02T06:30'));
    await bench.serveUntil('2026-03-03T12:00');
    expect(bench.log).toEqual([
      '2026-03-02 06:30 missed asleep 1',
      '2026-03-02 06:30 missed',
      '2026-03-02 23:45 schedule',
    ]);
  });

  test('[FD-10] the last one is still on time: it runs, the others were missed', async () => {
    const bench = schedulerBench('2026-03-01T00:00', {
      schedule: { frequency: 'Every', unit: 'hours', count: 1 },
    });
    bench.at('2026-03-01T00:30', () => bench.set('2026-03-01T03:04'));
    await bench.serveUntil('2026-03-01T03:30');
    expect(bench.log).toEqual(['2026-03-01 03:04 missed asleep 2', '2026-03-01 03:04 schedule']);
    expect(bench.events).toMatchObject([{ first: '2026-03-01T00:00:00Z', last: '2026-03-01T01:00:00Z' }]);
  });

  test('[FD-10] a backup that falls due during a restore is missed with that reason, and not made up for', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    bench.holder = 'cannot start a scheduled backup: a restore has been running since 23:10';
    bench.at('2026-03-02T01:00', () => (bench.holder = undefined));
    await bench.serveUntil('2026-03-03T12:00');
    expect(bench.log).toEqual(['2026-03-01 23:45 missed locked 1', '2026-03-02 23:45 schedule']);
    expect(bench.events[0]?.text).toContain('a restore has been running since 23:10');
  });

  test('a lock that is held for seconds is waited for', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    bench.holder = 'an archive is deleted';
    bench.at('2026-03-01T23:45:05', () => (bench.holder = undefined));
    await bench.serveUntil('2026-03-02T12:00');
    expect(bench.log).toEqual(['2026-03-01 23:45 schedule']);
  });

  test('a lock that was taken between the look and the run: missed as well', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    bench.ends = [{ state: 'failed', code: 'system-locked', message: 'a restore is running' }];
    await bench.serveUntil('2026-03-02T12:00');
    expect(bench.log).toEqual(['2026-03-01 23:45 schedule', '2026-03-01 23:46 missed locked 1']);
  });

  test('those that fall due while a backup runs are missed, and made up for by it', async () => {
    const bench = schedulerBench('2026-03-01T00:00', {
      schedule: { frequency: 'Every', unit: 'hours', count: 1 },
    });
    bench.runSeconds = 2.5 * 3600;
    await bench.serveUntil('2026-03-01T03:45');
    expect(bench.log).toEqual(['2026-03-01 01:00 schedule', '2026-03-01 03:30 missed busy 2']);
  });

  test('what was due by the settings of before was missed; the new ones hold from now on', async () => {
    const bench = schedulerBench('2026-03-01T12:00', { missed: 'wait' });
    await bench.serveUntil('2026-03-01T13:00');
    bench.settings = { ...bench.settings, schedule: { frequency: 'Daily', time: '06:00' } };
    bench.set('2026-03-02T12:00');
    await bench.serveUntil('2026-03-03T12:00');
    expect(bench.log).toEqual(['2026-03-02 12:00 missed off 1', '2026-03-03 06:00 schedule']);
  });

  test('the very first start misses nothing', async () => {
    const bench = schedulerBench('2026-03-01T23:46');
    await bench.serveUntil('2026-03-02T12:00');
    expect(bench.log).toEqual([]);
  });
});

describe('restarts and crashes', () => {
  test('a run that a crash cut off is said, and is not run again', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    const died = new Promise<void>((resolve) => {
      const runOne = () => {
        bench.log.push('killed while it runs');
        resolve();
        return new Promise<never>(() => undefined);
      };
      void bench.serveUntil('2026-03-02T12:00', { runOne });
    });
    await died;
    bench.set('2026-03-01T23:47');
    await bench.serveUntil('2026-03-03T12:00');
    expect(bench.log).toEqual([
      'killed while it runs',
      '2026-03-01 23:47 cut-off',
      '2026-03-02 23:45 schedule',
    ]);
  });

  test('what was not reported before a crash is reported after it', async () => {
    const bench = schedulerBench('2026-03-01T12:00', { missed: 'wait' });
    await bench.serveUntil('2026-03-01T13:00');
    bench.set('2026-03-02T12:00');
    const tell = () => Promise.reject(new Error('the journal cannot be written'));
    await bench.serveUntil('2026-03-02T13:00', { tell });
    expect(bench.log).toEqual([]);
    await bench.serveUntil('2026-03-02T14:00');
    expect(bench.log).toEqual(['2026-03-02 13:00 missed off 1']);
    await bench.serveUntil('2026-03-02T15:00');
    expect(bench.log).toHaveLength(1);
  });

  test('a service starts, and runs what is due, also if nobody knows which backup is the newest', async () => {
    const bench = schedulerBench('2026-03-01T12:00', { retry: 'next' });
    bench.ends = [DISK_FULL];
    const lastSuccess = () => Promise.reject(new Error('the backup path is not there'));
    await bench.serveUntil('2026-03-03T12:00', { lastSuccess });
    expect(bench.log.map((line) => line.slice(17))).toEqual(['schedule', 'state', 'retry', 'schedule']);
  });

  test('a state that cannot be saved stops no backup, and is said once', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    const store = { read: async () => undefined, save: () => Promise.reject(new Error('no space left')) };
    await bench.serveUntil('2026-03-04T12:00', { store });
    expect(bench.log.filter((line) => line.endsWith('schedule'))).toHaveLength(3);
    expect(kinds(bench)).toEqual(['state']);
    expect(bench.events[0]?.text).toContain('no space left');
  });

  test('a backup that the service stops when it ends is not tried again', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    bench.ends = [STOPPED];
    await bench.serveUntil('2026-03-01T23:45');
    await bench.serveUntil('2026-03-02T12:00');
    expect(bench.log).toEqual(['2026-03-01 23:45 schedule']);
    expect(bench.events).toEqual([]);
  });
});

describe('clocks that are set', () => {
  test('set back by an hour after the run: it is not run again', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    bench.at('2026-03-01T23:50', () => bench.set('2026-03-01T22:50'));
    await bench.serveUntil('2026-03-03T12:00');
    expect(bench.log).toEqual(['2026-03-01 23:45 schedule', '2026-03-02 23:45 schedule']);
  });

  test('a clock that was a year ahead once: backups go on as soon as it is right', async () => {
    const bench = schedulerBench('2026-03-01T12:00', { missed: 'wait' });
    bench.at('2026-03-01T13:00', () => bench.set('2027-03-01T23:44'));
    await bench.serveUntil('2027-03-02T00:10');
    expect(bench.log.at(-1)).toBe('2027-03-01 23:45 schedule');
    bench.log.length = 0;
    bench.set('2026-03-01T13:30');
    await bench.serveUntil('2026-03-03T12:00');
    expect(bench.log).toEqual([
      '2026-03-01 13:30 clock',
      '2026-03-01 23:45 schedule',
      '2026-03-02 23:45 schedule',
    ]);
  });

  test('a machine that starts in 1970 and then learns the time has missed nothing', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    await bench.serveUntil('2026-03-02T12:00');
    bench.set('1970-01-01T01:00');
    bench.at('1970-01-01T01:00:20', () => bench.set('2026-03-02T12:05'));
    await bench.serveUntil('2026-03-02T13:00');
    expect(bench.log.slice(1)).toEqual(['1970-01-01 01:00 clock']);
    await bench.serveUntil('2026-03-03T12:00');
    expect(bench.log.slice(2)).toEqual(['2026-03-02 23:45 schedule']);
  });

  test('a clock a thousand years ahead keeps nobody busy', async () => {
    const bench = schedulerBench('2026-03-01T12:00', {
      schedule: { frequency: 'Every', unit: 'hours', count: 1 },
    });
    bench.at('2026-03-01T12:30', () => bench.set('3026-03-01T12:00'));
    await bench.serveUntil('3026-03-01T14:30');
    expect(bench.log).toEqual([
      '3026-03-01 12:00 missed asleep 10000',
      '3026-03-01 12:00 missed',
      '3026-03-01 13:00 schedule',
      '3026-03-01 14:00 schedule',
    ]);
    expect(bench.events[0]?.text).toMatch(/^at least 10,000 backups due from 2026-03-01 13:00/);
  });

  test('the zone changes: the set time holds in the new one', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    bench.at('2026-03-02T12:00', () => (bench.zone = 'Asia/Seoul'));
    await bench.serveUntil('2026-03-04T12:00');
    expect(bench.log).toEqual([
      '2026-03-01 23:45 schedule',
      '2026-03-02 23:45 schedule',
      '2026-03-03 23:45 schedule',
    ]);
  });
});

describe('[TN-08] the switch', () => {
  test.each(['off', 'paused'] as const)(
    '[TN-08] %s: nothing runs, nothing is missed, and it is said',
    async (automation) => {
      const bench = schedulerBench('2026-03-01T12:00', { automation });
      bench.at('2026-03-05T12:00', () => (bench.settings = { ...bench.settings, automation: 'on' }));
      await bench.serveUntil('2026-03-04T12:00');
      const now = Temporal.Instant.from('2026-03-04T11:00Z');
      const status = scheduleStatus(bench.state, { now, zone: 'Europe/Berlin', settings: bench.settings });
      expect(status).toMatchObject({ automation, next: null });
      expect(status.text).toContain('nothing runs by itself');
      await bench.serveUntil('2026-03-06T12:00');
      expect(bench.log).toEqual(['2026-03-05 23:45 schedule']);
    },
  );

  test('[TN-08] switched off just before the due time: nothing runs', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    bench.at('2026-03-01T23:44:50', () => (bench.settings = { ...bench.settings, automation: 'off' }));
    await bench.serveUntil('2026-03-02T12:00');
    expect(bench.log).toEqual([]);
  });

  test('[TN-08] switched off at the due time, and read a little after it: said as that', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    bench.at('2026-03-01T23:44:50', () => {
      bench.settings = { ...bench.settings, automation: 'off' };
      bench.set('2026-03-01T23:45:20');
    });
    await bench.serveUntil('2026-03-02T12:00');
    expect(bench.log).toEqual(['2026-03-01 23:45 missed settings 1']);
    expect(bench.events[0]?.text).toContain('automatic backup was switched off at that moment');
  });

  test('[TN-08] switched off while the service was off: nothing is made up for', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    await bench.serveUntil('2026-03-01T13:00');
    bench.settings = { ...bench.settings, automation: 'off' };
    bench.set('2026-03-02T12:00');
    await bench.serveUntil('2026-03-05T12:00');
    expect(bench.log).toEqual(['2026-03-02 12:00 missed off 1']);
  });

  test('settings that are wrong are said once, and those of before hold', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    let broken = false;
    const settings = () =>
      broken ? Promise.reject(new Error('1 mistake in the conf')) : Promise.resolve(bench.settings);
    bench.at('2026-03-01T14:00', () => (broken = true));
    bench.at('2026-03-02T14:00', () => (broken = false));
    await bench.serveUntil('2026-03-03T12:00', { settings });
    expect(bench.log).toEqual([
      '2026-03-01 14:00 settings',
      '2026-03-01 23:45 schedule',
      '2026-03-02 23:45 schedule',
    ]);
  });
});

describe('[FD-07] an impossible backup', () => {
  test.each([
    [{ count: 90, unit: 'seconds' }, '23:47'],
    [{ count: 10, unit: 'minutes' }, '23:56'],
    [{ count: 2, unit: 'hours' }, '01:46'],
  ] as const)('[FD-07] is tried again once after %j', async (retry, time) => {
    const bench = schedulerBench('2026-03-01T12:00', { retry });
    bench.ends = [DISK_FULL];
    await bench.serveUntil('2026-03-02T12:00');
    expect(bench.log.map((line) => line.slice(11))).toEqual([
      '23:45 schedule',
      '23:46 retry',
      `${time} retry`,
    ]);
    expect(bench.events[0]).toMatchObject({ kind: 'retry', code: 'space-low' });
    expect(bench.state).toMatchObject({ attempts: 0 });
  });

  test('[FD-07] or at the next scheduled time', async () => {
    const bench = schedulerBench('2026-03-01T12:00', { retry: 'next' });
    bench.ends = [DISK_FULL, DISK_FULL, DISK_FULL];
    await bench.serveUntil('2026-03-05T12:00');
    expect(bench.log).toEqual([
      '2026-03-01 23:45 schedule',
      '2026-03-01 23:46 retry',
      '2026-03-02 23:45 schedule',
      '2026-03-02 23:46 alert',
      '2026-03-03 23:45 schedule',
      '2026-03-03 23:46 alert',
      '2026-03-04 23:45 schedule',
    ]);
  });

  test('[FD-07] the wait goes on through a restart', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    bench.ends = [DISK_FULL];
    await bench.serveUntil('2026-03-01T23:50');
    await bench.serveUntil('2026-03-02T12:00');
    expect(bench.log).toEqual([
      '2026-03-01 23:45 schedule',
      '2026-03-01 23:46 retry',
      '2026-03-01 23:56 retry',
    ]);
  });

  test('[FD-07] off when the wait was over: as with missed ones', async () => {
    for (const missed of ['run', 'wait'] as const) {
      const bench = schedulerBench('2026-03-01T12:00', { missed });
      bench.ends = [DISK_FULL];
      await bench.serveUntil('2026-03-01T23:50');
      bench.set('2026-03-02T08:00');
      bench.ends = [DISK_FULL];
      await bench.serveUntil('2026-03-03T12:00');
      expect(bench.log.slice(2)).toEqual(
        missed === 'run'
          ? ['2026-03-02 08:00 retry', '2026-03-02 08:01 alert', '2026-03-02 23:45 schedule']
          : ['2026-03-02 08:00 dropped', '2026-03-02 23:45 schedule', '2026-03-02 23:46 alert'],
      );
    }
  });

  test('[FD-07] a clock set back makes the wait no longer', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    bench.ends = [DISK_FULL];
    bench.at('2026-03-01T23:50', () => bench.set('2026-03-01T20:00'));
    await bench.serveUntil('2026-03-02T12:00');
    expect(bench.log.at(-1)).toBe('2026-03-01 20:10 retry');
  });

  test('[FD-07] a due time that comes before the wait is over is the second try', async () => {
    const bench = schedulerBench('2026-03-01T00:00', {
      schedule: { frequency: 'Every', unit: 'hours', count: 1 },
      retry: { count: 2, unit: 'hours' },
    });
    bench.ends = [DISK_FULL, DISK_FULL];
    await bench.serveUntil('2026-03-01T04:30');
    expect(bench.log.map((line) => line.slice(11))).toEqual([
      '01:00 schedule',
      '01:01 retry',
      '02:00 schedule',
      '02:01 alert',
      '03:00 schedule',
      '04:00 schedule',
    ]);
  });

  test('[FD-07] an interrupted one is not (1406), nor one that no retry can help', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    bench.ends = [STOPPED, LOGIN_REFUSED];
    await bench.serveUntil('2026-03-03T12:00');
    expect(bench.log).toEqual([
      '2026-03-01 23:45 schedule',
      '2026-03-02 23:45 schedule',
      '2026-03-02 23:46 alert',
    ]);
  });

  test('[TN-12] a good archive whose copy is missing is not: another one would not bring the medium back', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    bench.ends = [{ state: 'incomplete', code: 'copy-missing', message: 'the second medium is gone' }];
    await bench.serveUntil('2026-03-02T12:00');
    expect(bench.log).toEqual(['2026-03-01 23:45 schedule']);
    expect(kinds(bench)).toEqual([]);
  });

  test('[FD-07] an incomplete one is, and counts as no failed attempt', async () => {
    const bench = schedulerBench('2026-03-01T12:00', { cancelAfter: 1 });
    const incomplete = { state: 'incomplete', code: 'incomplete', message: 'a folder is missing' } as const;
    bench.ends = [incomplete, incomplete];
    await bench.serveUntil('2026-03-02T12:00');
    expect(bench.log.map((line) => line.slice(17))).toEqual(['schedule', 'retry', 'retry', 'alert']);
    expect(bench.state).toMatchObject({ attempts: 0 });
  });
});

test('[FD-08] a second failure raises an alert with its cause; the first does not', async () => {
  const bench = schedulerBench('2026-03-01T12:00');
  bench.ends = [DISK_FULL, { ...DISK_FULL, message: 'still full', hint: 'make room' }];
  await bench.serveUntil('2026-03-01T23:50');
  expect(kinds(bench)).toEqual(['retry']);
  await bench.serveUntil('2026-03-02T12:00');
  expect(kinds(bench)).toEqual(['retry', 'alert']);
  expect(bench.events[1]).toMatchObject({ code: 'space-low', message: 'still full', hint: 'make room' });
  expect(bench.events[1]?.text).toBe(
    'alert: the automatic backup has failed a second time: still full (space-low)',
  );
});

describe('[FD-09] cancel after X attempts', () => {
  const failing = (count: number) => Array.from({ length: count }, () => DISK_FULL);

  test('[FD-09] off by default: it goes on trying', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    bench.ends = failing(20);
    await bench.serveUntil('2026-03-11T12:00');
    expect(bench.ends).toEqual([]);
    expect(kinds(bench)).not.toContain('stopped');
  });

  test('[FD-09] stops with 1401 after so many in a row; what is due then is missed with that reason', async () => {
    const bench = schedulerBench('2026-03-01T12:00', { cancelAfter: 3 });
    bench.ends = [DISK_FULL, DISK_FULL, DONE, ...failing(9)];
    await bench.serveUntil('2026-03-05T12:00');
    expect(bench.log.slice(4)).toEqual([
      '2026-03-02 23:45 schedule',
      '2026-03-03 23:45 schedule',
      '2026-03-03 23:46 retry',
      '2026-03-03 23:56 retry',
      '2026-03-03 23:57 alert',
      '2026-03-04 23:45 schedule',
      '2026-03-04 23:46 stopped',
    ]);
    expect(bench.events.at(-1)).toMatchObject({ code: 'automatic-stopped', attempts: 3 });
    expect(bench.events.at(-1)?.text).toContain('(1401)');
    const now = Temporal.Instant.from('2026-03-05T11:00Z');
    expect(scheduleStatus(bench.state, { now, zone: 'UTC', settings: bench.settings })).toMatchObject({
      automation: 'stopped',
      cause: 'the disk is full',
    });
  });

  test('[FD-09] until a backup by hand succeeds', async () => {
    const bench = schedulerBench('2026-03-01T12:00', { cancelAfter: 1 });
    bench.ends = [DISK_FULL];
    bench.at('2026-03-03T12:00', () => (bench.success = 'archive 17'));
    await bench.serveUntil('2026-03-04T12:00');
    expect(bench.log).toEqual([
      '2026-03-01 23:45 schedule',
      '2026-03-01 23:46 stopped',
      '2026-03-02 23:45 missed stopped 1',
      '2026-03-03 12:00 resumed',
      '2026-03-03 23:45 schedule',
    ]);
  });

  test('[FD-09] its own good backups of the time before are no backup by hand', async () => {
    const bench = schedulerBench('2026-03-01T12:00', { cancelAfter: 1 });
    bench.ends = [DONE, DONE, DISK_FULL];
    let made = 0;
    const { runOne } = bench.parts();
    await bench.serveUntil('2026-03-05T12:00', {
      async runOne(attempt, signal) {
        const end = await runOne(attempt, signal);
        if (end === DONE) bench.success = `archive ${++made}`;
        return end;
      },
    });
    expect(bench.log.slice(2)).toEqual([
      '2026-03-03 23:45 schedule',
      '2026-03-03 23:46 stopped',
      '2026-03-04 23:45 missed stopped 1',
    ]);
  });

  test('[FD-09] or until the service is started again; attempts count from one then', async () => {
    const bench = schedulerBench('2026-03-01T12:00', { cancelAfter: 2, retry: 'next' });
    bench.ends = failing(4);
    await bench.serveUntil('2026-03-03T12:00');
    await bench.serveUntil('2026-03-05T12:00');
    expect(bench.log).toEqual([
      '2026-03-01 23:45 schedule',
      '2026-03-01 23:46 retry',
      '2026-03-02 23:45 schedule',
      '2026-03-02 23:46 alert',
      '2026-03-02 23:46 stopped',
      '2026-03-03 12:00 resumed',
      '2026-03-03 23:45 schedule',
      '2026-03-03 23:46 retry',
      '2026-03-04 23:45 schedule',
      '2026-03-04 23:46 alert',
      '2026-03-04 23:46 stopped',
    ]);
  });

  test('[FD-09] attempts are counted through restarts; a backup by hand in between begins anew', async () => {
    const bench = schedulerBench('2026-03-01T12:00', { cancelAfter: 3, retry: 'next' });
    bench.ends = failing(3);
    for (const day of [2, 3, 4]) await bench.serveUntil(`2026-03-0${day}T12:00`);
    expect(kinds(bench).at(-1)).toBe('stopped');

    const other = schedulerBench('2026-03-01T12:00', { cancelAfter: 3, retry: 'next' });
    other.ends = failing(3);
    other.at('2026-03-03T06:00', () => (other.success = 'archive 18'));
    for (const day of [2, 3, 4]) await other.serveUntil(`2026-03-0${day}T12:00`);
    expect(kinds(other)).not.toContain('stopped');
  });
});

describe('one system among many', () => {
  test('who waits for its turn is neither late nor noted as begun, and takes the settings of then', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    const turns: string[] = [];
    const waits = async (what: string, during: () => void) => {
      turns.push(`${what} ${bench.state?.running === undefined ? 'not begun' : 'begun'}`);
      during();
      return { [Symbol.dispose]: () => void turns.push(`${what} over`) };
    };
    await bench.serveUntil('2026-03-02T12:00', {
      takeTurn: () => waits('first', () => bench.set('2026-03-02T02:00')),
    });
    await bench.serveUntil('2026-03-03T12:00', {
      takeTurn: () =>
        waits('second', () => {
          bench.settings = { ...bench.settings, automation: 'paused' };
        }),
    });
    expect(turns).toEqual(['first not begun', 'first over', 'second not begun', 'second over']);
    expect(bench.log).toEqual(['2026-03-02 02:00 schedule', '2026-03-02 23:45 missed settings 1']);
  });

  test('a service that ends while it waits makes up for it at its next start', async () => {
    const bench = schedulerBench('2026-03-01T12:00');
    const ended = bench.serveUntil('2026-03-02T12:00', {
      takeTurn: () => Promise.reject(new Error('told to end')),
    });
    await expect(ended).rejects.toThrow('told to end');
    bench.set('2026-03-02T06:00');
    await bench.serveUntil('2026-03-02T12:00');
    expect(bench.log).toEqual(['2026-03-02 06:00 missed off 1', '2026-03-02 06:00 missed']);
  });
});
