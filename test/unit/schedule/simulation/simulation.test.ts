import { expect, test } from 'vitest';
import { KINDS, simulateZone, ZONES } from './simulate-zone.ts';

/** `npm run simulate-schedule` does all of it; here each zone has one schedule for a year, and some have all. */
const NOTABLE = ['Europe/Berlin', 'Pacific/Apia'];

const seed = process.env['RANDOM_SEED'] === undefined ? 20_261_121 : Math.floor(Math.random() * 2 ** 31);

test('[BS-08] [FD-10] [FD-17] in every zone: each due time runs exactly once or is reported as missed', async () => {
  let due = 0;
  let handled = 0;
  for (const [index, zone] of ZONES.entries()) {
    const kind = KINDS[index % KINDS.length]!;
    const counts = await simulateZone({
      zone,
      kind,
      fromYear: 2008 + (index % 20),
      years: 1,
      seed: seed + index,
    });
    due += counts.due;
    handled += counts.onTime + counts.missed;
  }
  expect(ZONES.length).toBeGreaterThan(400);
  expect(due).toBeGreaterThan(20_000);
  expect(handled).toBeGreaterThanOrEqual(due);
}, 180_000);

test.each(NOTABLE)(
  '[FD-10] [FD-17] in %s, ten years of each frequency',
  async (zone) => {
    for (const [index, kind] of KINDS.entries()) {
      const counts = await simulateZone({ zone, kind, fromYear: 2008, years: 10, seed: seed + index });
      expect(counts.troubles).toBeGreaterThan(500);
      expect(counts.restarts).toBeGreaterThan(50);
    }
  },
  180_000,
);
