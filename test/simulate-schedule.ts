/**
 * `npm run simulate-schedule`: the scheduler with a fake clock in every IANA zone of the runtime, ten years of each
 * frequency, with crashes, sleeps, restarts, changes of settings and zones, and clocks that jump. Ends with status
 * 1 at the first due time that is neither run exactly once nor reported as missed. `RANDOM_SEED=1` looks for
 * new cases; `-- 3` simulates three years, `-- 10 Europe/` some zones only.
 */
import { type Counts, KINDS, simulateZone, ZONES } from './unit/schedule/simulation/simulate-zone.ts';

const years = Number(process.argv[2] ?? 10);
const zones = ZONES.filter((zone) => zone.startsWith(process.argv[3] ?? ''));
const seed = process.env['RANDOM_SEED'] === undefined ? 20_261_121 : Math.floor(Math.random() * 2 ** 31);
const begin = performance.now();
const sum: Partial<Counts> = {};
let runs = 0;

for (const [index, zone] of zones.entries()) {
  for (const [offset, kind] of KINDS.entries()) {
    const fromYear = [2005, 2016, 2027][(index + offset) % 3]!;
    const counts = await simulateZone({ zone, kind, fromYear, years, seed: seed + runs });
    runs += 1;
    for (const [name, count] of Object.entries(counts) as [keyof Counts, number][]) {
      sum[name] = (sum[name] ?? 0) + count;
    }
  }
  if (process.stderr.isTTY) process.stderr.write(`\r${index + 1} of ${zones.length} zones `);
}
const minutes = ((performance.now() - begin) / 60_000).toFixed(1);
console.log(
  `${zones.length} zones x ${KINDS.length} frequencies x ${years} years = ${zones.length * KINDS.length * years} zone-years in ${minutes} min (seed ${seed}): ` +
    `${sum.due} due times, each handled once: ${sum.onTime} on time, ${sum.missed} reported as missed (${sum.madeUp} times one was made at once); ` +
    `${sum.retries} second tries, ${sum.cutOff} runs cut off, ${sum.restarts} restarts, ${sum.troubles} troubles; none left out, none twice`,
);
