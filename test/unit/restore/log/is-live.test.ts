import { expect, test } from 'vitest';
import { isLive } from '#restore/log/is-live.ts';
import type { BegunLog } from '#restore/log/list-restore-logs.ts';

type How = NonNullable<BegunLog['ended']>['how'];

function log(run: string, how: How | undefined, of?: string): BegunLog {
  return { run, begin: { of }, ended: how && { how } } as BegunLog;
}

test('[LB-02] what a restore brought is live until an undo that came to its end, and again after that one is undone', () => {
  const logs = [log('a', 'done')];
  expect(isLive('a', logs)).toBe(true);
  logs.push(log('b', 'rolled back', 'a'));
  expect(isLive('a', logs)).toBe(true);
  logs.push(log('c', 'done', 'a'));
  expect(isLive('a', logs)).toBe(false);
  logs.push(log('d', 'done', 'c'));
  expect(isLive('a', logs)).toBe(true);
});

test('one that went back brought nothing; of one that has not ended, or whose log is gone, nobody knows', () => {
  expect(isLive('a', [log('a', 'rolled back')])).toBe(false);
  expect(isLive('a', [log('a', 'nothing changed')])).toBe(false);
  expect(isLive('a', [log('a', 'cut off')])).toBe(undefined);
  expect(isLive('a', [log('a', undefined)])).toBe(undefined);
  expect(isLive('a', [log('b', 'done')])).toBe(undefined);
});
