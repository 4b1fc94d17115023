import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { ComponentRecord } from '#sources/source.ts';
import { extractSqlite } from '#sources/sqlite/extract-sqlite.ts';
import { sqliteSource } from '#sources/sqlite/sqlite-source.ts';
import { sqliteTarget } from '#sources/sqlite/sqlite-target.ts';
import { switchedSqlite } from '#sources/sqlite/switched-sqlite.ts';
import {
  fixedClock,
  goBackTo,
  NEVER,
  rememberingLog,
  restoreTo,
  savedSet,
  switchOver,
} from '../../fakes/saved-set.ts';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';
import { bankState, makeBank, startWriter, transfer } from './bank.ts';

const isRoot = process.getuid?.() === 0;
const HOW = { signal: NEVER, onBytes: () => undefined };

/** A bank of which there is an archive with no transfer, and whose live state has one more. */
async function savedBank(
  here: TemporaryFolder,
  options: { journalMode?: string; path?: string; name?: string } = {},
) {
  const { journalMode = 'WAL', path = here.file('bank.db'), name = 'bank' } = options;
  makeBank(path, { journalMode, pages: 300 });
  const workFolder = here.file('work');
  const source = sqliteSource({ name, path, importance: 'normal', workFolder, clock: fixedClock });
  const set = await savedSet(here.path, [source]);
  transfer(path);
  const record = set.records[0] as ComponentRecord;
  const target = sqliteTarget({ component: record, path, runId: 'run-1', lockWaitMs: 200 });
  return { path, set, record, target, [Symbol.asyncDispose]: () => set[Symbol.asyncDispose]() };
}

/** Every file beside the database with its content, but for the archive and the work folder. */
function filesOf(here: TemporaryFolder, folder = here.path): Record<string, string> {
  const names = readdirSync(folder).filter((name) => !name.startsWith('set-') && name !== 'work');
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(`${folder}/${name}`).toString('latin1')]),
  );
}

for (const journalMode of ['WAL', 'DELETE']) {
  test(`[TN-11] the current file is saved and the backup is in its place (${journalMode})`, async () => {
    await using here = await temporaryFolder();
    await using bank = await savedBank(here, { journalMode });
    await using target = bank.target;
    const log = rememberingLog();
    const switched = switchedSqlite(await restoreTo(target, bank.record, bank.set.archive, log));

    expect(bankState(bank.path)).toEqual({
      money: 50_000,
      transfers: 0,
      counted: 0,
      integrity: 'ok',
      journalMode: journalMode.toLowerCase(),
    });
    const [kept] = await switched.kept(NEVER);
    expect(bankState(kept?.place as string)).toMatchObject({ transfers: 1, money: 50_000 });
    expect(log.steps.map(({ what }) => what)).toEqual([
      expect.stringContaining(`keep the sqlite/bank that is live: ${bank.path} also as`),
      expect.stringContaining(`put the other sqlite/bank in its place: rename`),
    ]);

    await goBackTo(switched);
    expect(bankState(bank.path)).toMatchObject({ transfers: 1, counted: 1 });
    expect(Object.keys(filesOf(here))).toEqual(['bank.db']);
  });
}

test('[TN-11] the old state is deleted when told, and only then', async () => {
  await using here = await temporaryFolder();
  await using bank = await savedBank(here);
  await using target = bank.target;
  const switched = switchedSqlite(await restoreTo(target, bank.record, bank.set.archive));
  expect(Object.keys(filesOf(here)).filter((name) => name.startsWith('.lifeboat-old-'))).toHaveLength(1);
  await switched.forget(NEVER);
  expect(Object.keys(filesOf(here))).toEqual(['bank.db']);
});

test('failure story 23: the -wal that an application left is kept with the old file and never meets the new one', async () => {
  await using here = await temporaryFolder();
  await using bank = await savedBank(here);
  await using target = bank.target;
  await using writer = await startWriter(bank.path);
  await writer.kill();
  const transfers = 1 + 20;
  expect(statSync(`${bank.path}-wal`).size).toBeGreaterThan(0);

  const switched = switchedSqlite(await restoreTo(target, bank.record, bank.set.archive));
  expect(Object.keys(filesOf(here)).filter((name) => name.startsWith('bank.db'))).toEqual(['bank.db']);
  expect(bankState(bank.path)).toMatchObject({ transfers: 0, integrity: 'ok' });
  const old = bankState((await switched.kept(NEVER))[0]?.place as string);
  expect(old).toMatchObject({ money: 50_000, integrity: 'ok', transfers: old.counted });
  expect(old.counted).toBeGreaterThanOrEqual(transfers);
  await goBackTo(switched);
  expect(bankState(bank.path).counted).toBe(old.counted);
});

test('failure story 23: nor is the new -wal replayed over the old file, by undo or by the commands told', async () => {
  await using here = await temporaryFolder();
  for (const way of ['undo', 'by hand']) {
    const path = here.file(`${way}.db`);
    await using bank = await savedBank(here, { path, name: way });
    await using target = bank.target;
    const log = rememberingLog();
    const switched = switchedSqlite(await restoreTo(target, bank.record, bank.set.archive, log));
    await using writer = await startWriter(path);
    await writer.kill();
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);

    const commands = way === 'by hand' ? ((await switched.kept(NEVER))[0]?.goBack as string[]) : [];
    for (const command of commands) execFileSync('sh', ['-c', command]);
    if (way === 'undo') await goBackTo(switched);
    expect(bankState(path)).toMatchObject({ transfers: 1, counted: 1, integrity: 'ok' });
    expect(Object.keys(filesOf(here)).filter((name) => name.startsWith(way))).toEqual([`${way}.db`]);
  }
});

test('the commands of the restore log, the last step first, go back by hand', async () => {
  await using here = await temporaryFolder();
  await using bank = await savedBank(here);
  await using target = bank.target;
  // Damaged, so that it cannot be locked and its -wal has to be moved.
  writeFileSync(bank.path, 'no database');
  writeFileSync(`${bank.path}-wal`, 'its log');
  const before = filesOf(here);
  const log = rememberingLog();
  await restoreTo(target, bank.record, bank.set.archive, log);
  expect(log.steps).toHaveLength(3);
  for (const { goBack } of log.steps.toReversed()) {
    // A step that an earlier command brought back already has nothing left to do.
    try {
      execFileSync('sh', ['-c', goBack], { stdio: 'pipe' });
    } catch (error) {
      expect(String(error)).toContain('No such file');
    }
  }
  expect(filesOf(here)).toEqual(before);
});

const DAMAGES: Record<string, (path: string) => void> = {
  'a file of other content': (path) => writeFileSync(path, 'x'.repeat(10_000)),
  'zero bytes': (path) => truncateSync(path, 0),
  'cut in the middle': (path) => truncateSync(path, 5000),
  'overwritten pages': (path) => overwrite(path, 4096, 40_000),
  'an overwritten header': (path) => overwrite(path, 16, 50),
  absent: (path) => rmSync(path),
};

for (const [damage, doDamage] of Object.entries(DAMAGES)) {
  test(`[BS-16] a live database that is damaged hinders nothing: ${damage}`, async () => {
    await using here = await temporaryFolder();
    await using bank = await savedBank(here);
    await using target = bank.target;
    doDamage(bank.path);
    for (const ending of ['-wal', '-journal']) writeFileSync(bank.path + ending, `left behind ${ending}`);
    const unlockable = damage !== 'overwritten pages' && damage !== 'cut in the middle';
    const before = filesOf(here);

    const report = await target.inspect(NEVER);
    expect(report.findings).toEqual([]);
    expect(report.components[0]).toMatchObject({ id: 'sqlite/bank', place: bank.path });
    const switched = await restoreTo(target, bank.record, bank.set.archive);
    expect(bankState(bank.path)).toMatchObject({ transfers: 0, money: 50_000, integrity: 'ok' });
    expect(Object.keys(filesOf(here)).filter((name) => name.startsWith('bank.db'))).toEqual(['bank.db']);

    await goBackTo(switchedSqlite(switched));
    // What SQLite can open it may tidy up while it is locked; the rest comes back to the byte.
    if (unlockable) expect(filesOf(here)).toEqual(before);
    else expect(filesOf(here)['bank.db']).toBe(before['bank.db']);
  });
}

test('[BS-16] [BS-13] the folder is gone: it is made with its owner and mode, in a path with all kinds of letters', async () => {
  await using here = await temporaryFolder();
  const folder = here.file("Prüf (2) система 数据 & 'co'");
  mkdirSync(`${folder}/daten bank`, { recursive: true });
  chmodSync(`${folder}/daten bank`, 0o750);
  if (isRoot) chownSync(`${folder}/daten bank`, 1234, 2345);
  const path = `${folder}/daten bank/größe? #1%20.db`;
  await using bank = await savedBank(here, { path, name: 'Größe (neu) / 数据' });
  await using target = bank.target;
  chmodSync(path, 0o640);
  if (isRoot) chownSync(path, 1234, 2345);
  rmSync(folder, { recursive: true });

  expect((await target.inspect(NEVER)).components[0]).toMatchObject({ place: path, now: 'absent' });
  const switched = await restoreTo(target, bank.record, bank.set.archive);
  expect(bankState(path)).toMatchObject({ transfers: 0, integrity: 'ok' });
  expect(statSync(`${folder}/daten bank`)).toMatchObject({
    mode: 0o40750,
    ...(isRoot ? { uid: 1234, gid: 2345 } : {}),
  });
  // The mode that was saved, since there is no live file to go by.
  expect(statSync(path).mode & 0o777).toBe(0o644);
  const extracted = await extractSqlite(bank.record, bank.set.archive, here.file('out (1) ü'), HOW);
  expect(extracted.result).toContain('out (1) ü');
  await goBackTo(switchedSqlite(switched));
  expect(existsSync(path)).toBe(false);
});

test('mode and owner stay those of the live file', async () => {
  await using here = await temporaryFolder();
  await using bank = await savedBank(here);
  await using target = bank.target;
  chmodSync(bank.path, 0o660);
  if (isRoot) chownSync(bank.path, 4321, 5432);
  await target.stage(bank.record, bank.set.archive, HOW);
  const staged = readdirSync(here.path).find((name) => name.startsWith('.lifeboat-run')) as string;
  expect(statSync(here.file(staged)).mode & 0o777).toBe(0o600);
  await switchOver(target, rememberingLog());
  expect(statSync(bank.path)).toMatchObject({ mode: 0o100660, ...(isRoot ? { uid: 4321, gid: 5432 } : {}) });
});

test('a symbolic link stays one: the file it leads to is replaced', async () => {
  await using here = await temporaryFolder();
  await using bank = await savedBank(here);
  mkdirSync(here.file('links'));
  symlinkSync(bank.path, here.file('links/bank.db'));
  await using target = sqliteTarget({
    component: bank.record,
    path: here.file('links/bank.db'),
    runId: 'run-2',
  });
  await restoreTo(target, bank.record, bank.set.archive);
  expect(bankState(bank.path)).toMatchObject({ transfers: 0 });
  expect(readdirSync(here.file('links'))).toEqual(['bank.db']);
});

test('[BS-26] one byte altered in what was staged is found, and nothing live is changed', async () => {
  await using here = await temporaryFolder();
  await using bank = await savedBank(here);
  const before = filesOf(here);
  {
    await using target = bank.target;
    await target.stage(bank.record, bank.set.archive, HOW);
    const staged = readdirSync(here.path).find((name) => name.startsWith('.lifeboat-')) as string;
    overwrite(here.file(staged), 500_000, 1);
    await expect(target.check(NEVER)).rejects.toMatchObject({ code: 'check-failed' });
  }
  expect(filesOf(here)).toEqual(before);
});

test('[BS-26] what is said to be equal was compared: tables and rows', async () => {
  await using here = await temporaryFolder();
  await using bank = await savedBank(here);
  await using target = bank.target;
  await target.stage(bank.record, bank.set.archive, HOW);
  expect(await target.check(NEVER)).toEqual([
    { component: 'sqlite/bank', result: '4 tables, 351 rows: equal to the archive; integrity check ok' },
  ]);
  const tables = [
    { name: 'account', rows: 50 },
    { name: 'ballast', rows: 300 },
    { name: 'counter', rows: 1 },
    { name: 'transfer', rows: 0 },
  ];
  expect(bank.record.details).toMatchObject({ tables, userVersion: 7, applicationId: 4711 });
  for (const wrong of [tables.with(0, { name: 'account', rows: 51 }), tables.slice(1)]) {
    const lying = { ...bank.record, details: { ...bank.record.details, tables: wrong } };
    const other = sqliteTarget({ component: lying, path: bank.path, runId: `run-${wrong.length}` });
    await using _other = other;
    await other.stage(lying, bank.set.archive, HOW);
    await expect(other.check(NEVER)).rejects.toMatchObject({ code: 'check-failed' });
  }
});

test('[FD-27] a database is unpacked into a folder, and never over a file that is there', async () => {
  await using here = await temporaryFolder();
  await using bank = await savedBank(here);
  const { result } = await extractSqlite(bank.record, bank.set.archive, here.file('out'), HOW);
  expect(result).toBe(
    `4 tables, 351 rows: equal to the archive; integrity check ok; in ${here.file('out/bank.db')}`,
  );
  expect(statSync(here.file('out/bank.db')).mode & 0o777).toBe(0o600);
  expect(readdirSync(here.file('out'))).toEqual(['bank.db']);
  await expect(extractSqlite(bank.record, bank.set.archive, here.file('out'), HOW)).rejects.toMatchObject({
    code: 'target-unsuitable',
  });
});

test('a damaged copy is extracted for whoever has to rescue it, and never restored', async () => {
  await using here = await temporaryFolder();
  const path = here.file('bank.db');
  makeBank(path, { pages: 300 });
  overwrite(path, 20 * 4096, 30_000);
  const source = sqliteSource({
    name: 'bank',
    path,
    importance: 'normal',
    workFolder: here.file('work'),
    clock: fixedClock,
  });
  await using set = await savedSet(here.path, [source]);
  const record = set.records[0] as ComponentRecord;
  await using target = sqliteTarget({ component: record, path, runId: 'run-1' });
  const [finding] = (await target.inspect(NEVER)).findings;
  expect(finding).toMatchObject({
    level: 'problem',
    message: expect.stringContaining('damaged already when it was saved'),
  });
  await expect(target.stage(record, set.archive, HOW)).rejects.toMatchObject({ code: 'archive-incomplete' });
  const { result } = await extractSqlite(record, set.archive, here.file('out'), HOW);
  expect(result).toContain('damaged already when it was saved');
  expect(existsSync(here.file('out/bank.db'))).toBe(true);
});

test('going back may be repeated', async () => {
  await using here = await temporaryFolder();
  await using bank = await savedBank(here);
  await using target = bank.target;
  const switched = switchedSqlite(await restoreTo(target, bank.record, bank.set.archive));
  await switched.goBack(rememberingLog(), NEVER);
  await goBackTo(switched);
  expect(bankState(bank.path)).toMatchObject({ transfers: 1 });
});

test('undo refuses while the system uses the restored database', async () => {
  await using here = await temporaryFolder();
  await using bank = await savedBank(here);
  await using target = bank.target;
  const record = await restoreTo(target, bank.record, bank.set.archive);
  const switched = switchedSqlite(record, { lockWaitMs: 200 });
  const system = new DatabaseSync(bank.path);
  system.prepare('SELECT count(*) FROM account').get();
  await expect(goBackTo(switched)).rejects.toMatchObject({ code: 'target-in-use' });
  system.close();
  await goBackTo(switched);
  expect(bankState(bank.path)).toMatchObject({ transfers: 1 });
});

function overwrite(path: string, position: number, bytes: number): void {
  const fd = openSync(path, 'r+');
  writeSync(fd, Buffer.alloc(bytes, 0xa5), 0, bytes, position);
  closeSync(fd);
}
