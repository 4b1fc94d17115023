import { copyFileSync, readdirSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import type { MemberSink } from '#sources/source.ts';
import { extractSqlite } from '#sources/sqlite/extract-sqlite.ts';
import { sqliteSource } from '#sources/sqlite/sqlite-source.ts';
import { NEVER, savedSet } from '../../fakes/saved-set.ts';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';
import { bankState, makeBank, startWriter } from './bank.ts';

const HOW = { signal: NEVER, onBytes: () => undefined };

function source(here: TemporaryFolder, path: string) {
  const workFolder = here.file('work');
  return sqliteSource({ name: 'bank', path, importance: 'normal', workFolder, clock: systemClock() });
}

for (const journalMode of ['WAL', 'DELETE']) {
  test(`[TN-01] one consistent state while an application commits every 3 ms (${journalMode})`, async () => {
    await using here = await temporaryFolder();
    const path = here.file('bank.db');
    makeBank(path, { journalMode, pages: 12_000 });
    await using writer = await startWriter(path, journalMode);

    await using set = await savedSet(here.path, [source(here, path)]);
    const [record] = set.records;
    expect(record).toMatchObject({ state: 'complete', notes: [] });
    const commits = await writer.stop();
    await extractSqlite(record as never, set.archive, here.file('out'), HOW);

    const copy = bankState(here.file('out/bank.db'));
    expect(copy).toMatchObject({ money: 50_000, integrity: 'ok', transfers: copy.counted });
    expect(copy.counted).toBeGreaterThanOrEqual(20);
    // The application was not held up, and the copy is of a moment, not of the end.
    expect(bankState(path).counted).toBe(commits);
    expect(copy.counted).toBeLessThan(commits);
    expect(readdirSync(here.file('work'))).toEqual([]);
  });
}

test('[BT-01] [FD-05] an application in WAL mode commits all the time while its database is copied', async () => {
  await using here = await temporaryFolder();
  const path = here.file('bank.db');
  makeBank(path, { pages: 30_000 });
  await using writer = await startWriter(path);
  const before = countNow(path);
  await using view = await source(here, path).freeze(NEVER);
  const during = countNow(path) - before;
  const [held] = /\d+/.exec(view.journal[0] as string) as RegExpExecArray;
  // It commits every 3 ms when nobody is in its way; a tenth of that on a machine with other work.
  expect(during).toBeGreaterThan(Number(held) / 30);
  expect(view.journal).toEqual([
    expect.stringMatching(/^copied at one point in \d+ ms, in which writers went on; waited \d+ ms/),
  ]);
  await writer.stop();
});

test('failure story 11: what a killed application left in its -wal is in the copy, and the live files stay as they are', async () => {
  await using here = await temporaryFolder();
  const path = here.file('bank.db');
  makeBank(path);
  const main = here.file('main-alone.db');
  await using writer = await startWriter(path);
  await writer.kill();
  const live = readdirSync(here.path).map((name) => `${name} ${statSync(here.file(name)).size}`);
  expect(live.some((line) => /^bank.db-wal [1-9]/.test(line))).toBe(true);

  await using set = await savedSet(here.path, [source(here, path)]);
  await extractSqlite(set.records[0] as never, set.archive, here.file('out'), HOW);
  const copy = bankState(here.file('out/bank.db'));
  expect(copy).toMatchObject({ money: 50_000, integrity: 'ok', transfers: copy.counted });
  expect(copy.counted).toBeGreaterThanOrEqual(20);
  expect(readdirSync(here.path).map((name) => `${name} ${statSync(here.file(name)).size}`)).toEqual(
    expect.arrayContaining(live),
  );
  // So that this test could fail: the file alone lacks the transfers.
  copyFileSync(path, main);
  expect(bankState(main).counted).toBe(0);
});

test('a transaction that a crash left unfinished is rolled back, not saved', async () => {
  await using here = await temporaryFolder();
  const [path, crashed] = [here.file('bank.db'), here.file('crashed.db')];
  makeBank(path, { journalMode: 'DELETE', pages: 1000 });
  const database = new DatabaseSync(path);
  database.exec(
    'PRAGMA cache_size = 5; BEGIN; UPDATE ballast SET content = zeroblob(4000); UPDATE account SET balance = 0',
  );
  copyFileSync(path, crashed);
  copyFileSync(`${path}-journal`, `${crashed}-journal`);
  database.exec('ROLLBACK');
  database.close();

  await using set = await savedSet(here.path, [source(here, crashed)]);
  expect(set.records[0]?.state).toBe('complete');
  await extractSqlite(set.records[0] as never, set.archive, here.file('out'), HOW);
  expect(bankState(here.file('out/bank.db'))).toMatchObject({ money: 50_000, integrity: 'ok' });
});

test('an idle database in WAL mode is saved without a trace beside it', async () => {
  await using here = await temporaryFolder();
  const path = here.file('bank.db');
  makeBank(path);
  const before = readdirSync(here.path);
  await using view = await source(here, path).freeze(NEVER);
  expect(view.components).toHaveLength(1);
  expect(readdirSync(here.path).filter((name) => name !== 'work')).toEqual(before);
});

test('Stop during the copy and during the writing leaves nothing behind and frees the database', async () => {
  await using here = await temporaryFolder();
  const path = here.file('bank.db');
  makeBank(path, { journalMode: 'DELETE', pages: 30_000 });

  const duringCopy = new AbortController();
  const freezing = source(here, path).freeze(duringCopy.signal);
  setTimeout(() => duringCopy.abort(new Error('stopped by a person')), 15);
  await expect(freezing).rejects.toThrow('stopped by a person');
  expect(readdirSync(here.file('work'))).toEqual([]);

  const duringWriting = new AbortController();
  {
    await using view = await source(here, path).freeze(NEVER);
    const sink: MemberSink = {
      async add(_path, content, { signal }) {
        for await (const _chunk of (content as () => AsyncIterable<Uint8Array>)()) {
          duringWriting.abort(new Error('stopped by a person'));
          signal.throwIfAborted();
        }
        throw new Error('the stop was not noticed');
      },
    };
    const how = { signal: duringWriting.signal, compression: 'None' as const, onBytes: () => undefined };
    await expect(view.components[0]?.writeTo(sink, how)).rejects.toThrow('stopped by a person');
  }
  expect(readdirSync(here.file('work'))).toEqual([]);
  const database = new DatabaseSync(path, { timeout: 0 });
  database.exec('BEGIN EXCLUSIVE; ROLLBACK');
  database.close();
});

function countNow(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  const row = database.prepare('SELECT transfers FROM counter').get();
  database.close();
  return Number(row?.['transfers']);
}
