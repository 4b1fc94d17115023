import { expect, test } from 'vitest';
import { changesOf, draftOf } from '../../../apps/service/web/settings/draft.ts';

/** As GET /api/settings has them for a conf that says nothing but the path. */
const LEAST = {
  path: '/backups',
  frequency: 'Daily',
  time: '23:45',
  weekday: 'Sunday',
  day: '1',
  automation: 'on',
  missed: 'run',
  retry: '10 minutes',
  cancel_after: 'off',
  keep: '7',
  delete_old: 'after',
  naming: 'numbered',
  only_if_changed: 'no',
  compression: 'Fast',
  nice: '0',
};

test.each([
  ['as it is without a word', LEAST],
  ['with an interval of hours', { ...LEAST, frequency: undefined, every: '1 hour' }],
  ['with weeks', { ...LEAST, frequency: undefined, every: '2 weeks', weekdays: 'Monday, Thursday' }],
  ['with days alone', { ...LEAST, keep: undefined, keep_days: '90' }],
  ['with both limits', { ...LEAST, keep_days: '90' }],
  ['with a retry at the next time', { ...LEAST, retry: 'next', cancel_after: '3 attempts' }],
  ['with a calendar', { ...LEAST, naming: 'calendar', prefix: 'BT8', io_limit: '20' }],
])('a form %s that nobody touched changes nothing', (_, values) => {
  expect(changesOf(draftOf(values), values)).toEqual({});
});

test('only what was changed is sent, and what no longer counts is taken out', () => {
  const draft = draftOf(LEAST);
  expect(changesOf({ ...draft, interval: true, every: '6', unit: 'hours' }, LEAST)).toEqual({
    frequency: null,
    every: '6 hours',
  });
  expect(changesOf({ ...draft, keepBy: 'days', keepDays: '30' }, LEAST)).toEqual({
    keep: null,
    keep_days: '30',
  });
  expect(changesOf({ ...draft, cancel: true, cancelAfter: '1' }, LEAST)).toEqual({
    cancel_after: '1 attempt',
  });
});

test('[BS-10] a field that was emptied is sent empty, not taken for its default', () => {
  expect(changesOf({ ...draftOf(LEAST), keep: ' ' }, LEAST)).toEqual({ keep: '' });
});
