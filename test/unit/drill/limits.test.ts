import { expect, test } from 'vitest';
import type { ArchiveReader } from '#archive/archive.ts';
import { limitReading } from '#drill/limit-reading.ts';
import { withTimeLimit } from '#drill/with-time-limit.ts';
import { systemClock } from '#platform/clock.ts';

const never = new AbortController().signal;

test('[LB-03] a drill that takes too long is ended, and says which key allows it more', async () => {
  const begin = performance.now();
  using limited = withTimeLimit(20, never);
  await new Promise((resolve) => limited.signal.addEventListener('abort', resolve, { once: true }));
  expect(performance.now() - begin).toBeLessThan(2000);
  expect(limited.signal.reason).toMatchObject({
    code: 'drill-failed',
    hint: expect.stringContaining('time_limit in [drill]'),
  });
});

test('a stop is passed on with its own reason', () => {
  const stop = new AbortController();
  using limited = withTimeLimit(60_000, stop.signal);
  stop.abort(new Error('stopped'));
  expect(limited.signal.reason).toMatchObject({ message: 'stopped' });
});

test('[LB-03] an archive is read no faster than io_limit, all members together', async () => {
  const open = async function* () {
    for (let chunk = 0; chunk < 10; chunk += 1) yield Buffer.alloc(10_000);
  };
  const archive = limitReading({ open } as unknown as ArchiveReader, 500_000, systemClock());
  const begin = performance.now();
  let bytes = 0;
  const read = async (path: string) => {
    for await (const chunk of archive.open(path, never)) bytes += chunk.length;
  };
  await Promise.all([read('a'), read('b')]);
  expect(bytes).toBe(200_000);
  // 0.4 s at that rate, of which the first tenth of a second may come at once.
  expect(performance.now() - begin).toBeGreaterThan(280);
});
