import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectMssql } from '#sources/mssql/connect.ts';
import { readHeader } from '#sources/mssql/read-header.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { never, replaceBackup, restoreOf, type SavedSet, saveSet, serverOf } from './restore-sets.ts';
import { AWKWARD, changeSmallSystem, makeSmallSystem, SET } from './small-system.ts';
import { startMssql, type TestMssql } from './start-mssql.ts';

let server: TestMssql;
let saved: SavedSet;
let archived: Record<string, string>;
let before: ReturnType<TestMssql['snapshot']>;

beforeEach(async () => {
  server = await startMssql();
  await makeSmallSystem(server);
  archived = contents(server);
  saved = await saveSet(server, SET);
  await changeSmallSystem(server);
  before = server.snapshot();
});

afterEach(async () => {
  expect(server.defects).toEqual([]);
  expect(await readdir(`${server.folder}/backup`), 'nothing stays in the staging folder').toEqual([]);
  await saved[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

test('[BS-26] databases come back as they were, checked, and what a backup carries along is told', async () => {
  await using restore = restoreOf(saved, server);
  expect(await restore.prepare()).toEqual(
    SET.map(
      (name) =>
        `mssql/main/${name}: DBCC CHECKDB (PHYSICAL_ONLY) found nothing wrong; 3 objects as in the archive, 2 rows`,
    ),
  );
  expect(server.snapshot(), 'nothing live changes before the switch-over').toMatchObject({
    databases: Object.fromEntries(SET.map((name) => [name, before.databases[name]])),
    logins: before.logins,
  });
  await restore.switchOver();
  expect(contents(server)).toEqual(archived);
  expect(server.snapshot().databases['AC']).toMatchObject({
    ...{ state: 'ONLINE', access: 'MULTI_USER', recovery: 'SIMPLE', compatibility: 160, owner: "boss's" },
    trustworthy: false,
  });
  expect(server.snapshot().logins).toEqual(before.logins);
  expect(restore.target.notes).toEqual([
    "database AC: recovery model SIMPLE (before: FULL), compatibility level 160 (before: 140), owner boss's (before: sa), TRUSTWORTHY off (it was on in the archive and before, a RESTORE switches it off; ALTER DATABASE [AC] SET TRUSTWORTHY ON)",
    `database ${AWKWARD}: recovery model FULL, compatibility level 160, owner sa, TRUSTWORTHY off`,
  ]);
  for (const [index, name] of SET.entries()) {
    expect(server.snapshot().databases[`lb_run70d6_old_${index + 1}`]).toEqual(before.databases[name]);
  }
});

test('new files lie where the live ones are, under names of the run', async () => {
  await mkdir(`${server.folder}/data/fast disk`);
  await copyFile(`${server.folder}/data/AC.mdf`, `${server.folder}/data/fast disk/AC.mdf`);
  server.database('AC').files[0]!.physical = '/var/opt/mssql/data/fast disk/AC.mdf';
  await using restore = restoreOf(saved, server);
  await restore.prepare();
  expect(server.database('lb_run70d6_1').files.map(({ physical }) => physical)).toEqual([
    '/var/opt/mssql/data/fast disk/AC_run70d6_1.mdf',
    '/var/opt/mssql/data/AC_run70d6_2.ldf',
  ]);
});

test('undo brings the exact old state back; by hand the T-SQL that is told does; forgetting leaves nothing', async () => {
  {
    await using restore = restoreOf(saved, server);
    await restore.prepare();
    await restore.switchOver();
    await restore.undo();
    expect(await restore.switched().kept(never)).toEqual([]);
  }
  expect(server.snapshot()).toEqual(before);
  {
    await using restore = restoreOf(saved, server);
    await restore.prepare();
    await restore.switchOver();
    const kept = await restore.switched().kept(never);
    expect(kept.map(({ place }) => place)).toEqual([
      `database lb_run70d6_old_1 on 127.0.0.1:${server.port}`,
      `database lb_run70d6_old_2 on 127.0.0.1:${server.port}`,
    ]);
    for (const { goBack } of kept) await server.sql(goBack);
  }
  expect(server.snapshot()).toEqual(before);
  await using restore = restoreOf(saved, server);
  await restore.prepare();
  await restore.switchOver();
  await restore.switched().forget(never);
  expect(Object.keys(server.snapshot().databases).filter((name) => name.startsWith('lb_'))).toEqual([]);
  expect(contents(server)).toEqual(archived);
});

test('the steps of the log, gone back by the last one first, bring the old state back', async () => {
  const restore = restoreOf(saved, server);
  await restore.prepare();
  await restore.switchOver();
  const ways = restore.log.flatMap((line) => line.split(' | ')[1] ?? []);
  expect(ways).toHaveLength(8);
  for (const way of ways.toReversed()) await server.sql(way);
  expect(server.snapshot()).toEqual(before);
});

test('what was staged goes without a trace', async () => {
  {
    await using restore = restoreOf(saved, server);
    await restore.prepare();
  }
  expect(server.snapshot()).toEqual(before);
});

test('[BS-26] the check is as deep as the conf says, and finds a page that is damaged after RESTORE', async () => {
  await using restore = restoreOf(saved, server, { check: 'full' });
  await restore.prepare();
  const checks = server.state.log.filter(({ sql }) => sql.startsWith('DBCC'));
  expect(checks.map(({ sql }) => sql)).toEqual([
    "DBCC CHECKDB (N'lb_run70d6_1') WITH NO_INFOMSGS, ALL_ERRORMSGS",
    "DBCC CHECKDB (N'lb_run70d6_2') WITH NO_INFOMSGS, ALL_ERRORMSGS",
  ]);
  server.damage(server.state.disk.local('/var/opt/mssql/data/AC_run70d6_1.mdf') ?? '');
  await expect(restore.target.check(never)).rejects.toMatchObject({
    code: 'check-failed',
    message: expect.stringMatching(/^the restored database AC is not right: .*\(error 8928\)$/),
  });
});

test('[BS-26] an object that is missing or too many after the RESTORE is named', async () => {
  await using restore = restoreOf(saved, server);
  await restore.prepare();
  await server.sql('CREATE TABLE dbo.[so]]called] (id INT)', 'lb_run70d6_1');
  await expect(restore.target.check(never)).rejects.toMatchObject({
    code: 'check-failed',
    message:
      'the restored database AC is not right: it has U [dbo].[so]]called], which the archive does not list',
  });
  await server.sql(['DROP TABLE dbo.[so]]called]', 'DROP TABLE dbo.door'], 'lb_run70d6_1');
  await expect(restore.target.check(never)).rejects.toMatchObject({
    message: expect.stringMatching(/: it lacks (PK|U) \[dbo\]\.\[\w+\], which the archive lists$/),
  });
});

test('a list that changed while the backup ran is told, not held against the restore', async () => {
  const records = saved.records.map((record) => withDetails(record, { steady: false }));
  await using restore = restoreOf({ ...saved, records }, server);
  await restore.prepare();
  await server.sql('CREATE TABLE dbo.more (id INT)', 'lb_run70d6_1');
  const [first] = await restore.target.check(never);
  expect(first?.result).toContain(
    '1 difference to the list in the archive, which changed while the backup ran',
  );
});

test('CHECKSUM is asked for only if the backup has checksums: without them 3187 is never met', async () => {
  await using plain = await withoutChecksums();
  const asked = (): string[] =>
    server.state.log.flatMap(({ sql }) => (sql.startsWith('RESTORE DATABASE') ? [sql] : []));
  {
    await using restore = restoreOf(plain, server);
    await restore.prepare();
    expect(asked()).toEqual([expect.not.stringContaining('CHECKSUM')]);
  }
  await using restore = restoreOf(saved, server);
  await restore.prepare();
  expect(asked().slice(1)).toEqual([
    expect.stringContaining(', CHECKSUM,'),
    expect.stringContaining(', CHECKSUM,'),
  ]);
});

function contents(of: TestMssql): Record<string, string> {
  return Object.fromEntries(SET.map((name) => [name, of.contentOf(name)]));
}

function withDetails(record: ComponentRecord, change: { steady: boolean }): ComponentRecord {
  if (record.kind !== 'mssql-database') return record;
  const objects = { ...(record.details['objects'] as object), ...change };
  return { ...record, details: { ...record.details, objects } };
}

/** The database as a BACKUP without CHECKSUM has it. */
async function withoutChecksums(): Promise<SavedSet> {
  const made = await saveSet(server, ['AC']);
  const path = `${server.state.backupPath}plain.bak`;
  await server.sql(
    `BACKUP DATABASE [AC] TO DISK = N'${path}' WITH COPY_ONLY, INIT, FORMAT, NO_COMPRESSION, NO_CHECKSUM`,
  );
  await using connection = await connectMssql(serverOf(server), never);
  const header = await readHeader(connection, path, never);
  return await replaceBackup(made, `${server.folder}/backup/plain.bak`, { ...header });
}
