import { expect, test } from 'vitest';
import { createTimeLeft } from '../../../apps/service/web/api/time-left.ts';

test('[FD-03] time left: from the pace of the stage, once something can be said', () => {
  const left = createTimeLeft();
  const writing = (done: number) => ({ stage: 'writing', done, total: 1000 });
  expect(left.see(writing(0), 0)).toBeUndefined();
  expect(left.see(writing(100), 500), 'too early').toBeUndefined();
  expect(left.see(writing(200), 2_000)).toBe(8);
  expect(left.see(writing(1100), 10_000), 'the total is an estimate').toBe(0);
  expect(left.see({ stage: 'verifying', done: 0, total: 1000 }, 10_000), 'another stage').toBeUndefined();
  expect(left.see({ stage: 'verifying', done: 500, total: 1000 }, 15_000)).toBe(5);
  expect(left.see({ stage: 'checking', done: 5 }, 20_000), 'no total').toBeUndefined();
});
