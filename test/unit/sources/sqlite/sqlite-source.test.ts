import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { runBackup } from '#backup/run-backup.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { extractSqlite } from '#sources/sqlite/extract-sqlite.ts';
import { type SqliteOptions, sqliteSource } from '#sources/sqlite/sqlite-source.ts';
import { bankState, makeBank } from '../../../engines/sqlite/bank.ts';
import { backupParts } from '../../../fakes/backup-parts.ts';
import { fixedClock, NEVER, savedSet } from '../../../fakes/saved-set.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../fakes/temporary-folder.ts';
import { withoutRights } from '../../../fakes/without-rights.ts';

const HOW = { signal: NEVER, onBytes: () => undefined };

function source(here: TemporaryFolder, more: Partial<SqliteOptions> = {}) {
  return sqliteSource({
    name: 'bank',
    path: here.file('bank.db'),
    importance: 'normal',
    workFolder: here.file('work'),
    clock: fixedClock,
    lockWaitMs: 150,
    ...more,
  });
}

async function recordOf(here: TemporaryFolder, more: Partial<SqliteOptions> = {}): Promise<ComponentRecord> {
  await using set = await savedSet(here.path, [source(here, more)]);
  return set.records[0] as ComponentRecord;
}

test('the record has the facts that a restore is compared with', async () => {
  await using here = await temporaryFolder();
  makeBank(here.file('bank.db'), { pages: 10 });
  chmodSync(here.file('bank.db'), 0o640);
  const record = await recordOf(here);
  expect(record).toMatchObject({
    id: 'sqlite/bank',
    kind: 'sqlite-database',
    state: 'complete',
    items: 4,
    rows: 61,
    bytes: statSync(here.file('bank.db')).size,
    notes: [],
    members: [{ path: 'sqlite/bank/database-00001.zst' }],
    details: {
      from: here.file('bank.db'),
      form: 'zstd',
      journalMode: 'wal',
      pageSize: 4096,
      encoding: 'UTF-8',
      userVersion: 7,
      applicationId: 4711,
      integrity: ['ok'],
      mode: '0640',
      uid: statSync(here.file('bank.db')).uid,
    },
  });
});

test('[FD-23] None stores the parts as they are, and parts are bounded', async () => {
  await using here = await temporaryFolder();
  makeBank(here.file('bank.db'), { pages: 9000 });
  const bytes = statSync(here.file('bank.db')).size;
  let counted = 0;
  const onBytes = (more: number): void => {
    counted += more;
  };
  for (const compression of ['None', 'Compact'] as const) {
    counted = 0;
    await using set = await savedSet(here.path, [source(here)], { compression, onBytes });
    const record = set.records[0] as ComponentRecord;
    const ending = compression === 'None' ? '' : '.zst';
    expect(record.members.map(({ path }) => path)).toEqual(
      [1, 2, 3].map((part) => `sqlite/bank/database-0000${part}${ending}`),
    );
    expect(Math.max(...record.members.map((member) => member.bytes))).toBeLessThanOrEqual(17 * 2 ** 20);
    expect(counted).toBe(bytes);
    await extractSqlite(record, set.archive, here.file(compression), HOW);
    expect(bankState(here.file(`${compression}/bank.db`))).toMatchObject({ integrity: 'ok', money: 50_000 });
  }
});

test('[FD-06] [BS-27] a database that does not exist makes the set incomplete, an optional one does not', async () => {
  await using here = await temporaryFolder();
  expect(await recordOf(here)).toMatchObject({
    state: 'missing',
    notes: [{ code: 'missing', what: here.file('bank.db') }],
    members: [],
  });
  expect((await source(here).check(NEVER)).findings).toMatchObject([{ level: 'warning' }]);
  expect((await source(here, { importance: 'required' }).check(NEVER)).findings).toMatchObject([
    { level: 'problem', message: `the SQLite database ${here.file('bank.db')} does not exist` },
  ]);
  expect(await recordOf(here, { importance: 'optional' })).toMatchObject({ state: 'missing', notes: [] });
  expect((await source(here, { importance: 'optional' }).check(NEVER)).findings).toEqual([]);
});

const UNREADABLE: Record<string, { why: RegExp; make: (here: TemporaryFolder) => () => void }> = {
  'no database': {
    why: /is not an SQLite database, or is encrypted/,
    make: (here) => {
      writeFileSync(here.file('bank.db'), 'a text that is no database'.repeat(1000));
      return () => undefined;
    },
  },
  'a folder': {
    why: /is not a file/,
    make: (here) => {
      mkdirSync(here.file('bank.db'));
      return () => undefined;
    },
  },
  'locked for long': {
    why: /is locked by another program/,
    make: (here) => {
      makeBank(here.file('bank.db'), { journalMode: 'DELETE' });
      const system = new DatabaseSync(here.file('bank.db'));
      system.exec('BEGIN EXCLUSIVE');
      return () => system.close();
    },
  },
};

for (const [name, { why, make }] of Object.entries(UNREADABLE)) {
  test(`[FD-06] ${name}: the set says why it is incomplete, also where the database is optional`, async () => {
    await using here = await temporaryFolder();
    const release = make(here);
    try {
      for (const importance of ['normal', 'optional'] as const) {
        const record = await recordOf(here, { importance });
        expect(record).toMatchObject({
          state: 'missing',
          notes: [{ code: 'unreadable', what: here.file('bank.db') }],
        });
        expect(record.notes[0]?.detail).toMatch(why);
      }
      const { findings } = await source(here).check(NEVER);
      expect(findings).toMatchObject([{ level: 'problem', message: expect.stringMatching(why) }]);
      expect(
        readdirSync(here.path, { recursive: true }).filter((name) => String(name).startsWith('work/')),
      ).toEqual([]);
    } finally {
      release();
    }
  });
}

test('[FD-06] a backup with an optional database that cannot be read is incomplete, and says so', async () => {
  await using here = await temporaryFolder();
  writeFileSync(here.file('bank.db'), 'a text that is no database'.repeat(1000));
  for (const folder of ['backups', 'state']) mkdirSync(here.file(folder));
  const sources = [source(here, { importance: 'optional', workFolder: here.file('state/work') })];
  const result = await runBackup(
    backupParts({ destination: here.file('backups'), state: here.file('state'), sources }),
    NEVER,
  );
  expect(result.state).toBe('incomplete');
  expect(result.message).toContain('sqlite/bank cannot be read');
});

test('an idle WAL database needs more than read rights, and the message says it', async () => {
  await using here = await temporaryFolder();
  mkdirSync(here.file('data'));
  mkdirSync(here.file('work'));
  chmodSync(here.path, 0o755);
  chmodSync(here.file('work'), 0o777);
  const path = here.file('data/bank.db');
  makeBank(path);
  await withoutRights([here.file('data')], async () => {
    await using view = await source(here, { path }).freeze(NEVER);
    const record = await view.components[0]?.writeTo(
      { add: () => Promise.reject(new Error('nothing to add')) },
      { ...HOW, compression: 'Fast' },
    );
    expect(record).toMatchObject({ state: 'missing', notes: [{ code: 'unreadable' }] });
    expect(record?.notes[0]?.detail).toContain('in WAL mode, not in use, and only readable');
    expect((await source(here, { path }).check(NEVER)).findings).toMatchObject([
      { level: 'problem', hint: expect.stringContaining('write rights on the file and its folder') },
    ]);
  });
  expect(readdirSync(here.file('data'))).toEqual(['bank.db']);
});

test('with read rights alone a WAL database is saved while the system has it open, and check warns', async () => {
  await using here = await temporaryFolder();
  mkdirSync(here.file('data'));
  mkdirSync(here.file('work'));
  chmodSync(here.path, 0o755);
  chmodSync(here.file('work'), 0o777);
  const path = here.file('data/bank.db');
  makeBank(path);
  const system = new DatabaseSync(path);
  system.exec('UPDATE counter SET transfers = 0');
  await withoutRights([here.file('data')], async () => {
    await using view = await source(here, { path }).freeze(NEVER);
    expect(view.bytes).toBeGreaterThan(0);
    expect((await source(here, { path }).check(NEVER)).findings).toMatchObject([{ level: 'warning' }]);
  });
  system.close();
});

test('a damaged database never counts as good: the set is incomplete and names the damage', async () => {
  await using here = await temporaryFolder();
  makeBank(here.file('bank.db'), { pages: 100 });
  const fd = openSync(here.file('bank.db'), 'r+');
  writeSync(fd, Buffer.alloc(20_000, 0xa5), 0, 20_000, 20 * 4096);
  closeSync(fd);
  const record = await recordOf(here);
  expect(record.state).toBe('partial');
  expect(record.notes[0]).toMatchObject({
    code: 'unreadable',
    what: here.file('bank.db'),
    detail: expect.stringContaining('the database is damaged, its integrity check says:'),
  });
  expect(record.members).toHaveLength(1);
});

test('a malformed schema is damage, and the copy is kept all the same', async () => {
  await using here = await temporaryFolder();
  makeBank(here.file('bank.db'));
  const database = new DatabaseSync(here.file('bank.db'), { defensive: false });
  database.exec(
    "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = 'CREATE RUBBISH' WHERE name = 'counter'",
  );
  database.close();
  const record = await recordOf(here);
  expect(record).toMatchObject({
    state: 'partial',
    notes: [{ code: 'unreadable', detail: expect.stringContaining('malformed') }],
  });
  expect(record.members).toHaveLength(1);
});

test('a file that is too short for what it says is damage', async () => {
  await using here = await temporaryFolder();
  makeBank(here.file('bank.db'), { pages: 100, journalMode: 'DELETE' });
  truncateSync(here.file('bank.db'), 50 * 4096);
  expect(await recordOf(here)).toMatchObject({
    state: 'missing',
    notes: [{ code: 'unreadable', detail: expect.stringContaining('malformed') }],
  });
});

test('collations and functions of the application itself are no damage: what cannot be checked is said', async () => {
  await using here = await temporaryFolder();
  makeBank(here.file('bank.db'));
  const database = new DatabaseSync(here.file('bank.db'), { defensive: false });
  database.function('own', { deterministic: true }, (value) => value);
  database.exec(`CREATE TABLE a (x TEXT); CREATE INDEX i ON a (own(x)); INSERT INTO a VALUES ('1');
    CREATE TABLE b (x TEXT); CREATE INDEX j ON b (x); INSERT INTO b VALUES ('2'), ('3');
    PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = 'CREATE TABLE b (x TEXT COLLATE own)' WHERE name = 'b'`);
  database.close();
  const record = await recordOf(here);
  expect(record).toMatchObject({
    state: 'complete',
    details: {
      integrity: [
        'ok',
        'not checked: table a: unknown function: own()',
        'not checked: table b: no such collation sequence: own',
      ],
      tables: expect.arrayContaining([
        { name: 'a', rows: 1 },
        { name: 'b', rows: 2 },
      ]),
    },
  });
  expect(record.notes.map(({ code }) => code)).toEqual(['info', 'info']);
});

test('an empty file is a database without tables, which is said', async () => {
  await using here = await temporaryFolder();
  writeFileSync(here.file('bank.db'), '');
  expect(await recordOf(here)).toMatchObject({
    state: 'complete',
    items: 0,
    notes: [{ code: 'info', detail: 'the database holds no table' }],
  });
});

test('[BS-13] a path and a name with all kinds of letters', async () => {
  await using here = await temporaryFolder();
  const folder = here.file("Büro (2) & 'x' #1 %20 数据?");
  mkdirSync(folder);
  makeBank(`${folder}/größe.db`);
  await using set = await savedSet(here.path, [
    source(here, { path: `${folder}/größe.db`, name: 'Größe / (1)' }),
  ]);
  const record = set.records[0] as ComponentRecord;
  expect(record).toMatchObject({ id: 'sqlite/Größe / (1)', state: 'complete' });
  expect(record.members[0]?.path).toMatch(/^sqlite\/[A-Za-z0-9%=_-]+\/database-00001\.zst$/);
  await extractSqlite(record, set.archive, here.file('out'), HOW);
  expect(readdirSync(here.file('out'))).toEqual(['Größe _ (1).db']);
});
