import { afterAll, beforeAll, expect, test } from 'vitest';
import { savedSet } from '../../fakes/saved-set.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { restored, sourceOf, type TwoServers, twoServers } from './round-trip.ts';

let servers: TwoServers;

beforeAll(async () => {
  servers = await twoServers();
});

afterAll(() => servers?.[Symbol.asyncDispose]());

const ENGINES = ['MyISAM', 'Aria', 'MEMORY'] as const;
const ROWS = 30_000;

test('tables without transactions beside a writer: each whole in itself and restored so, though not at the point', async () => {
  const { source, fresh } = servers;
  await source.sql([
    'SET GLOBAL max_heap_table_size = 1 << 28',
    'SET SESSION max_heap_table_size = 1 << 28',
    'CREATE DATABASE beside',
    'USE beside',
    ...ENGINES.flatMap((engine) => [
      `CREATE TABLE in_${engine} (id INT PRIMARY KEY, round INT, t VARCHAR(100)) ENGINE = ${engine}`,
      `INSERT INTO in_${engine} SELECT seq, 0, REPEAT('x', seq % 100) FROM mysql.seq_1_to_${ROWS}`,
    ]),
  ]);
  let stop = false;
  const rounds = await Promise.all(ENGINES.map(() => source.connect({ database: 'beside' })));
  // One statement changes every row: whoever reads between its rows sees two rounds.
  const writers = ENGINES.map(async (engine, i) => {
    let round = 0;
    while (!stop) await rounds[i]!.query(`UPDATE in_${engine} SET round = ${++round}`);
    return round;
  });

  await using folder = await temporaryFolder();
  await using backup = await savedSet(folder.path, [sourceOf(source, ['beside'])]);
  stop = true;
  const written = await Promise.all(writers);
  for (const connection of rounds) connection.destroy();
  expect(Math.min(...written), 'they wrote all the time').toBeGreaterThan(1);
  expect(backup.records[0]?.notes.map(({ code, what }) => `${code} ${what}`).sort()).toEqual(
    ENGINES.map((engine) => `not-at-the-point beside.in_${engine}`).sort(),
  );

  await restored(backup, fresh);
  for (const engine of ENGINES) {
    const found = await fresh.sql(
      `SELECT COUNT(*) AS n, COUNT(DISTINCT round) AS rounds FROM beside.in_${engine}`,
    );
    expect(found, engine).toEqual([{ n: String(ROWS), rounds: '1' }]);
  }
});
