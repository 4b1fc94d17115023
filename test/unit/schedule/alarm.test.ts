import { getEventListeners } from 'node:events';
import { expect, test, vi } from 'vitest';
import { createAlarm } from '#schedule/alarm.ts';

const { signal } = new AbortController();

async function measure(wait: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await wait();
  return performance.now() - begin;
}

test('no sleep is longer than set, so that a clock that jumped is seen soon', async () => {
  expect(await measure(() => createAlarm(20).wait(3_600_000, signal))).toBeLessThan(2000);
});

test('without a word it wakes within half a minute, also from a day-long sleep', async () => {
  vi.useFakeTimers();
  try {
    let awake = false;
    const sleep = createAlarm()
      .wait(86_400_000, signal)
      .then(() => (awake = true));
    await vi.advanceTimersByTimeAsync(29_999);
    expect(awake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(awake).toBe(true);
    await sleep;
  } finally {
    vi.useRealTimers();
  }
});

test('it wakes when it rings, and does not fall asleep if it rang before', async () => {
  const alarm = createAlarm();
  setTimeout(() => alarm.ring(), 20);
  expect(await measure(() => alarm.wait(20_000, signal))).toBeLessThan(5000);
  alarm.ring();
  expect(await measure(() => alarm.wait(20_000, signal))).toBeLessThan(1000);
  expect(await measure(() => alarm.wait(30, signal))).toBeGreaterThan(25);
});

test('it wakes when the service is to stop, and leaves nothing on its signal in a million sleeps', async () => {
  const service = new AbortController();
  const alarm = createAlarm();
  for (let sleep = 0; sleep < 50; sleep += 1) await alarm.wait(0, service.signal);
  expect(getEventListeners(service.signal, 'abort')).toEqual([]);
  setTimeout(() => service.abort(), 20);
  expect(await measure(() => alarm.wait(20_000, service.signal))).toBeLessThan(5000);
  expect(await measure(() => alarm.wait(20_000, service.signal))).toBeLessThan(1000);
  expect(getEventListeners(service.signal, 'abort')).toEqual([]);
});
