import { expect, test } from 'vitest';
import { runWave } from '../fleet/run-wave.ts';

/** The small version of `npm run tenants`. */
test('60 tenants that are due at one moment: the broken and slow ones delay nobody', async () => {
  const broken = { damaged: 1, missing: 1, locked: 2 };
  const { runs, mostAtOnce, openFiles } = await runWave({ good: 56, broken, bytes: 200_000, atOnce: 2 });
  const good = runs.filter((run) => run.broken === undefined);
  expect(good.length).toBe(56);
  expect(good.filter(({ state }) => state !== 'done')).toEqual([]);
  for (const run of runs.filter((one) => one.broken !== undefined)) expect(run.state).toBe('incomplete');
  // Both slots go to those that stand still for 15 s: the others get them back long before that.
  const locked = Math.min(...runs.flatMap((run) => (run.broken === 'locked' ? [run.ended] : [])));
  expect(good.filter(({ ended }) => ended < locked).length).toBeGreaterThan(10);
  expect(mostAtOnce).toBeLessThanOrEqual(4);
  expect(openFiles).toBeLessThan(150);
});
