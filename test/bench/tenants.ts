/**
 * `npm run tenants`: one night of a service with 1,000 tenants of at least 1 MB, 20 of them broken or slow, and one
 * without those 20. `-- 200` takes 200 tenants. Prints what docs/figures.md shows.
 */
import { systemClock } from '#platform/clock.ts';
import { runWave, type Wave } from '../fleet/run-wave.ts';

const count = Number(process.argv[2] ?? 1000);
const each = { damaged: 4, missing: 4, pipe: 4, locked: 4, full: 4 };
const options = { bytes: 1_100_000, atOnce: 4, good: count - 20 };
const seconds = (value: number) => `${value.toFixed(1)} s`;
const began = systemClock().elapsed();
show(`${count} tenants, 20 of them broken or slow`, await runWave({ ...options, broken: each }));
show(`the ${count - 20} good ones alone`, await runWave({ ...options, broken: {} }));
console.log(`in all ${seconds((systemClock().elapsed() - began) / 1000)}`);

function show(title: string, wave: Wave): void {
  const bad = wave.runs.filter(({ broken, state }) => broken === undefined && state !== 'done');
  const ends = Object.groupBy(
    wave.runs,
    ({ broken, state, code }) => `${broken ?? 'good'}: ${state} (${code})`,
  );
  console.log(`${title}
  last good backup done     ${seconds(wave.seconds)} after the due time
  a good tenant waited      ${seconds(wave.waits.median)} in the middle, ${seconds(wave.waits.longest)} at most
  at once                   ${wave.mostAtOnce} at most
  peak memory               ${(wave.peakMemory / 2 ** 20).toFixed(0)} MiB
  open files                ${wave.openFiles} at most
  ${Object.entries(ends)
    .map(([end, runs]) => `${end.padEnd(40)} ${runs?.length}`)
    .join('\n  ')}`);
  if (bad.length > 0)
    throw new Error(`${bad.length} good tenants have no backup, the first: ${bad[0]?.message}`);
}
