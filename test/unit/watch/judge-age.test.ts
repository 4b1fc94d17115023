import { expect, test } from 'vitest';
import { nextRun } from '#schedule/next-run.ts';
import type { Schedule } from '#schedule/schedule.ts';
import { ageLimit } from '#watch/age-limit.ts';
import { judgeAge, type KnownBackups } from '#watch/judge-age.ts';
import { lastGood } from '#watch/last-good.ts';
import { SYSTEM_ID } from '../../fakes/backup-parts.ts';
import { catalogEntry, unreadableEntry } from '../../fakes/catalog-entry.ts';

const NOW = Temporal.Instant.from('2026-04-10T12:00:00Z');
const HOUR = 3600;

function known(more: Partial<KnownBackups> = {}): KnownBackups {
  return {
    now: NOW,
    lastGood: undefined,
    ahead: 0,
    gone: false,
    watchedSince: NOW,
    unchangedAt: undefined,
    ...more,
  };
}

const ago = (hours: number) => NOW.subtract({ hours });

test('[LB-10] a good backup may be as old as the limit, and not a second older', () => {
  expect(judgeAge(known({ lastGood: ago(36) }), 36 * HOUR)).toBeUndefined();
  expect(judgeAge(known({ lastGood: ago(36) }), 36 * HOUR - 1)).toBe(
    'the last good backup is 36 hours old (2026-04-09T00:00:00Z), 35 hours are allowed',
  );
  expect(judgeAge(known({ lastGood: ago(10_000) }), undefined)).toBeUndefined();
});

test('[LB-10] without any good backup the age counts from when the system was seen first', () => {
  expect(judgeAge(known(), 24 * HOUR)).toBeUndefined();
  expect(judgeAge(known({ watchedSince: ago(100) }), 24 * HOUR)).toBe(
    'there has been no good backup for 4 days, 24 hours are allowed',
  );
});

test('[LB-10] good backups that are all gone are an alarm at once', () => {
  expect(judgeAge(known({ gone: true }), 24 * HOUR)).toBe('there is no good backup any more');
});

test('[LB-10] a backup path that cannot be read does not hide the age of what was seen there', () => {
  const unreadable = 'the backup path /backup does not exist';
  expect(judgeAge(known({ lastGood: ago(20), unreadable }), 24 * HOUR)).toBeUndefined();
  expect(judgeAge(known({ lastGood: ago(30), unreadable }), 24 * HOUR)).toContain(
    'is 30 hours old (2026-04-09T06:00:00Z), 24 hours are allowed; the backup path cannot be read: the backup path',
  );
});

test('[LB-10] nothing has changed since the last good backup: it is as good as of that time, if it is still there', () => {
  expect(judgeAge(known({ lastGood: ago(500), unchangedAt: ago(20) }), 24 * HOUR)).toBeUndefined();
  expect(judgeAge(known({ lastGood: ago(500), unchangedAt: ago(30) }), 24 * HOUR)).toContain('30 hours old');
  expect(judgeAge(known({ gone: true, unchangedAt: ago(1) }), 24 * HOUR)).toContain(
    'no good backup any more',
  );
});

test('[LB-10] times that lie ahead of the clock keep no alarm silent', () => {
  const ahead = NOW.add({ hours: 24 * 365 });
  expect(judgeAge(known({ lastGood: ahead, watchedSince: ago(30) }), 24 * HOUR)).toContain(
    'no good backup for',
  );
  const both = known({ lastGood: ago(30), unchangedAt: ahead, ahead: 2 });
  expect(judgeAge(both, 24 * HOUR)).toContain(
    "30 hours old (2026-04-09T06:00:00Z), 24 hours are allowed; 2 that are dated ahead of this machine's clock do not count",
  );
});

test.each([
  ['Daily', { frequency: 'Daily', time: '23:45' }, 24 + 24],
  ['Weekly', { frequency: 'Weekly', time: '23:45', weekday: 'Sunday' }, 7 * 24 + 24],
  ['Monthly', { frequency: 'Monthly', time: '23:45', day: 31 }, 31 * 24 + 24],
  ['every 6 hours', { frequency: 'Every', unit: 'hours', count: 6 }, 6 + 24],
  [
    'on Monday and Tuesday of every second week',
    { frequency: 'Every', unit: 'weeks', count: 2, time: '01:00', weekdays: ['Monday', 'Tuesday'] },
    13 * 24 + 24,
  ],
] as const)('[LB-10] the schedule sets the limit: %s', (_title, schedule, hours) => {
  const due = (after: Temporal.Instant) => nextRun(schedule as Schedule, after, 'UTC', after);
  expect(ageLimit('schedule', due, NOW)).toBe(hours * HOUR);
  expect(ageLimit(1000, due, NOW)).toBe(1000);
  expect(ageLimit('never', due, NOW)).toBeUndefined();
});

test('[LB-10] a schedule of nothing sets no limit', () => {
  expect(ageLimit('schedule', () => undefined, NOW)).toBeUndefined();
});

test('[LB-10] the last good backup is the newest of this system that is good, renamed or not, and not of the future', () => {
  const at = (hours: number) => ({ takenAt: ago(hours).toString() });
  const entries = [
    catalogEntry(1, 'good', at(90)),
    catalogEntry(2, 'good', { ...at(50), fileName: 'before the fair.zip' }),
    catalogEntry(3, 'incomplete', at(10)),
    catalogEntry(4, 'good', { ...at(5), systemId: 'another' }),
    catalogEntry(5, 'good', at(-24)),
    unreadableEntry('x.zip'),
  ];
  expect(lastGood(entries, SYSTEM_ID, NOW)).toEqual({ at: ago(50), ahead: 1 });
  expect(lastGood([], SYSTEM_ID, NOW)).toEqual({ at: undefined, ahead: 0 });
});
