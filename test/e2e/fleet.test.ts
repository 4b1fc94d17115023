import { expect, test } from 'vitest';
import { runWave } from '../fleet/run-wave.ts';

/** The small version of `npm run tenants`. */
test('60 tenants that are due at one moment: the broken and slow ones delay nobody', async () => {
  const broken = { damaged: 1, missing: 1, pipe: 1, locked: 1 };
  const { runs, mostAtOnce, openFiles } = await runWave({ good: 56, broken, bytes: 200_000, atOnce: 3 });
  const good = runs.filter((run) => run.broken === undefined);
  expect(good.filter(({ state }) => state !== 'done')).toEqual([]);
  expect(good.length).toBe(56);
  const locked = runs.find((run) => run.broken === 'locked') ?? expect.fail('it was not run');
  // The one that stands still holds one of three slots for a while and then none.
  expect(Math.max(...good.map(({ ended }) => ended))).toBeLessThan(locked.ended);
  for (const run of runs.filter((one) => one.broken !== undefined)) expect(run.state).toBe('incomplete');
  expect(mostAtOnce).toBeLessThanOrEqual(4);
  expect(openFiles).toBeLessThan(150);
});
