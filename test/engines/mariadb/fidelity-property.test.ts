import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RandomSchema, randomSchema } from './random-schema.ts';
import { roundTrip, SESSION, type TwoServers, twoServers } from './round-trip.ts';
import type { TestMariadb } from './start-mariadb.ts';

/**
 * `FIDELITY_SECONDS=600` runs longer, as far as the time goes; `FIDELITY_SEED=<seed>` runs the schemas of a
 * failure again, which says its seed.
 */
const SECONDS = Number(process.env['FIDELITY_SECONDS'] ?? 45);
const LONG = SECONDS > 60;
const SEED = process.env['FIDELITY_SEED'];

const counted = { runs: 0, tables: 0, refused: 0, rows: 0 };
let servers: TwoServers;

beforeAll(async () => {
  servers = await twoServers(['plugin-load-add=ha_archive', 'innodb_read_only_compressed=OFF']);
});

afterAll(() => servers?.[Symbol.asyncDispose]());

test(
  '[BS-01] [BS-26] any schema with any rows comes back as it was, on a new server and over a changed one',
  async () => {
    const property = fc.asyncProperty(randomSchema, async (schema) => {
      await roundTrip(servers, ['random'], (source) => make(source, schema), { loses: [] });
      counted.runs++;
    });
    await fc.assert(property, {
      numRuns: LONG ? 1_000_000 : 60,
      interruptAfterTimeLimit: SECONDS * 1000,
      ...(SEED === undefined ? {} : { seed: Number(SEED) }),
    });
    console.log(`fidelity: ${JSON.stringify(counted)}`);
    expect(counted.runs).toBeGreaterThan(5);
    expect(counted.rows / counted.tables, 'most tables have rows').toBeGreaterThan(2);
    expect(counted.refused / counted.tables, 'few are refused').toBeLessThan(1.5);
  },
  (SECONDS + 120) * 1000,
);

/** Runs each group on its own; what the server refuses is no part of what is compared. */
async function make(source: TestMariadb, schema: RandomSchema): Promise<void> {
  const connection = await source.connect({ database: 'random' });
  const session = [
    ...SESSION,
    "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', innodb_strict_mode = 0",
  ];
  try {
    for (const group of schema.groups) {
      for (const statement of session) await connection.query(statement);
      const done = await runAll(group, (statement) => connection.query(statement));
      if (group[0]?.startsWith('CREATE TABLE')) done ? counted.tables++ : counted.refused++;
      if (group[0]?.startsWith('INSERT') && done) counted.rows++;
    }
  } finally {
    connection.destroy();
  }
}

/** False if the server refused one of them; a lost connection is thrown. */
async function runAll(group: string[], run: (statement: string) => Promise<unknown>): Promise<boolean> {
  for (const statement of group) {
    try {
      await run(statement);
    } catch (error) {
      if (!(error instanceof Error && 'sqlState' in error)) throw error;
      return false;
    }
  }
  return true;
}
