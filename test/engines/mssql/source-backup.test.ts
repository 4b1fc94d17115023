import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extractBackup } from '#sources/mssql/extract-backup.ts';
import { type DatabaseObjects, type LoginObjects, mssqlDatabaseDetails } from '#sources/mssql/format.ts';
import type { ComponentRecord } from '#sources/source.ts';
import {
  AWKWARD,
  fillDatabases,
  SERVER_STAGING,
  type StagedServer,
  save,
  stagedServer,
} from './staged-server.ts';

const nothing = new AbortController().signal;

/** A database as it lies in the archive, restored under another name by the server itself. */
async function restoredContent(
  staged: StagedServer,
  archive: Parameters<typeof extractBackup>[1],
  record: ComponentRecord,
) {
  const options = { signal: nothing, onBytes: () => undefined };
  await extractBackup({ ...record, name: 'back' }, archive, staged.staging, options);
  const moves = mssqlDatabaseDetails(record).files.map(
    ({ logicalName }, index) =>
      `MOVE N'${logicalName.replaceAll("'", "''")}' TO N'/var/opt/mssql/data/back_${index}'`,
  );
  await staged.server.sql(
    `RESTORE DATABASE [back] FROM DISK = N'${SERVER_STAGING}/back.bak' WITH ${moves.join(', ')}, CHECKSUM, RECOVERY`,
  );
  const content = staged.server.contentOf('back');
  await staged.server.sql('DROP DATABASE [back]');
  await staged.server.state.disk.remove(`${SERVER_STAGING}/back.bak`);
  return content;
}

function statementsOf(staged: StagedServer, pattern: RegExp): string[] {
  return staged.server.state.log.map(({ sql }) => sql).filter((sql) => pattern.test(sql));
}

describe('a backup of several databases', () => {
  let staged: StagedServer;
  beforeAll(async () => {
    staged = await stagedServer({ logins: [{ name: 'stranger', password: 'x' }] });
    await fillDatabases(staged.server, AWKWARD);
  });
  afterAll(() => staged[Symbol.asyncDispose]());

  test('[BS-01] SQL Server: each comes back from the archive as it was, whatever its name', async () => {
    const before = staged.server.snapshot();
    await using saved = await save(staged.source({ databases: [...AWKWARD] }));
    expect(saved.records.map(({ id, kind, state }) => [id, kind, state])).toEqual([
      ...AWKWARD.map((name) => [`mssql/main/${name}`, 'mssql-database', 'complete']),
      ['mssql/main', 'mssql-logins', 'complete'],
    ]);
    expect(staged.server.snapshot()).toEqual(before);
    expect(await staged.staged()).toEqual([]);
    for (const [index, name] of AWKWARD.entries()) {
      const content = await restoredContent(staged, saved.archive, saved.records[index] as ComponentRecord);
      expect(content, name).toBe(staged.server.contentOf(name));
    }
    expect(staged.server.defects).toEqual([]);
  });

  test('what the manifest and objects.json say of a database', async () => {
    await staged.server.sql('ALTER DATABASE [shop] SET RECOVERY SIMPLE');
    await using saved = await save(staged.source());
    const record = saved.records[0] as ComponentRecord;
    expect(mssqlDatabaseDetails(record)).toMatchObject({
      databaseVersion: 957,
      softwareVersion: '16.0.1000',
      hasBackupChecksums: true,
      compressed: true,
      recoveryModel: 'SIMPLE',
      owner: 'sa',
      trustworthy: false,
      files: [
        {
          logicalName: 'shop',
          type: 'D',
          bytes: staged.server.state.disk.size('/var/opt/mssql/data/shop.mdf'),
        },
        { logicalName: 'shop_log', type: 'L' },
      ],
      objects: { steady: true },
    });
    const text = await readFile(join(saved.folder, record.members[1]?.path as string), 'utf8');
    const objects: DatabaseObjects = JSON.parse(text);
    expect(objects.objects).toContainEqual({ schema: 'dbo', name: 'orders', type: 'U', rows: 2 });
    expect(objects.objects).toContainEqual({ schema: 'dbo', name: 'items', type: 'V' });
    expect(objects.users).toEqual([
      { name: 'app0', type: 'S', sid: expect.stringMatching(/^[0-9a-f]+$/), login: 'app0' },
    ]);
  });

  test('logins: those of the users, with SID, hash and roles; never sa, never those of others', async () => {
    await staged.server.sql([
      'ALTER LOGIN [app0] DISABLE',
      'ALTER SERVER ROLE [dbcreator] ADD MEMBER [app0]',
    ]);
    await using saved = await save(staged.source({ databases: ['shop', AWKWARD[1]] }));
    const text = await readFile(join(saved.folder, 'mssql/main/logins.json'), 'utf8');
    const { logins }: LoginObjects = JSON.parse(text);
    expect(logins.map(({ name }) => name)).toEqual(['app0', 'app1']);
    expect(logins[0]).toMatchObject({
      type: 'S',
      passwordHash: expect.stringMatching(/^0200[0-9a-f]{64,}$/),
      defaultDatabase: 'master',
      disabled: true,
      roles: ['dbcreator'],
    });
    expect(saved.records.at(-1)).toMatchObject({ items: 2, kind: 'mssql-logins' });
  });

  test('[BS-01] SQL Server: all BACKUPs begin together, and each says for which moment it stands', async () => {
    staged.server.state.pace.milliseconds = 300;
    await using saved = await save(staged.source({ databases: [...AWKWARD] }));
    staged.server.state.pace.milliseconds = 0;
    const order = staged.server.state.log.map(
      ({ sql }) => /^(BACKUP DATABASE|RESTORE HEADERONLY)/.exec(sql)?.[1],
    );
    const recent = order.filter((what) => what !== undefined).slice(-6);
    expect(recent.slice(0, 3)).toEqual(Array(3).fill('BACKUP DATABASE'));
    for (const [index, name] of AWKWARD.entries()) {
      const record = saved.records[index] as ComponentRecord;
      const moment = mssqlDatabaseDetails(record).backupFinish.replace('T', ' ');
      expect(record.notes).toEqual([
        { code: 'not-at-the-point', what: name, detail: expect.stringContaining(`stands for ${moment}`) },
      ]);
    }
    // The set's own time is the end of the last BACKUP, not that of the freeze.
    expect(saved.frozenAt.until(saved.view.takenAt).total('milliseconds')).toBeGreaterThan(290);
  });

  test('[BS-01] SQL Server: no backup is checked while another is still made, which would delay its moment', async () => {
    const slow = staged.server.stallNext(/^BACKUP DATABASE \[shop\]/, { at: 90 });
    const from = staged.server.state.log.length;
    const run = save(staged.source({ databases: [...AWKWARD] }));
    const seen = (pattern: RegExp) =>
      staged.server.state.log.slice(from).filter(({ sql }) => pattern.test(sql)).length;
    await expect.poll(() => seen(/^BACKUP DATABASE (?!\[model)/)).toBe(3);
    await setTimeout(400);
    expect(seen(/^RESTORE/)).toBe(0);
    expect(slow.fired).toBe(1);
    slow.release();
    await using saved = await run;
    expect(saved.records.map(({ state }) => state)).toEqual(Array(4).fill('complete'));
    expect(seen(/^RESTORE VERIFYONLY/)).toBe(3);
  });

  test('a single database has one moment, and no note', async () => {
    await using saved = await save(staged.source());
    expect(saved.records[0]?.notes).toEqual([]);
  });

  test('[FD-03] STATS become progress: each BACKUP to 100 percent, then its streaming, and no more than was told', async () => {
    await using saved = await save(staged.source());
    const percents = saved.told
      .flatMap(({ item }) => /^shop: BACKUP (\d+) %$/.exec(item)?.[1] ?? [])
      .map(Number);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(percents.at(-1)).toBe(100);
    expect(percents.length).toBeGreaterThan(10);
    expect(saved.told.some(({ item }) => item === 'shop: reading its backup')).toBe(true);
    const sum = saved.told
      .filter(({ item }) => item !== 'logins')
      .reduce((total, { bytes }) => total + bytes, 0);
    expect(sum).toBeGreaterThan(saved.view.bytes * 0.95);
    expect(sum).toBeLessThanOrEqual(saved.view.bytes * 1.05);
  });

  test('the statement: copy-only, one new set, checksums, compression and progress', async () => {
    await using _saved = await save(staged.source());
    expect(statementsOf(staged, /^BACKUP DATABASE \[shop\]/).at(-1)).toMatch(
      /^BACKUP DATABASE \[shop\] TO DISK = N'\/srv\/staging\/lifeboat-[0-9a-f]{12}-[0-9a-f]{12}-1\.bak' WITH COPY_ONLY, INIT, FORMAT, CHECKSUM, COMPRESSION, NAME = N'lifeboat shop', STATS = 5$/,
    );
    expect(statementsOf(staged, /^RESTORE VERIFYONLY/).at(-1)).toContain('WITH CHECKSUM');
  });

  test('[FD-23] None: the server does not compress either', async () => {
    await using saved = await save(staged.source(), { compression: 'None' });
    expect(statementsOf(staged, /^BACKUP DATABASE \[shop\]/).at(-1)).toContain('NO_COMPRESSION');
    expect(saved.records[0]?.members[0]?.path).toMatch(/\/database\.bak$/);
  });

  test('an object made while the BACKUP ran: the list is not steady, and a note says so', async () => {
    const fault = staged.server.callNext(
      /^BACKUP DATABASE \[shop\]/,
      () => void staged.server.sql('CREATE TABLE dbo.late (id int)', 'shop'),
      { at: 50 },
    );
    staged.server.state.pace.milliseconds = 300;
    await using saved = await save(staged.source());
    staged.server.state.pace.milliseconds = 0;
    expect(fault.fired).toBe(1);
    const record = saved.records[0] as ComponentRecord;
    expect(mssqlDatabaseDetails(record).objects.steady).toBe(false);
    expect(record.notes).toEqual([expect.objectContaining({ code: 'changed-while-read', what: 'shop' })]);
  });

  test('[FD-06] a database that is not there or cannot be entered: a record that says so, the others are saved', async () => {
    await staged.server.sql(['CREATE DATABASE [away]', 'ALTER DATABASE [away] SET OFFLINE']);
    await using saved = await save(staged.source({ databases: ['gone', 'shop', 'away'] }));
    expect(saved.records.map(({ name, state }) => [name, state])).toEqual([
      ['gone', 'missing'],
      ['shop', 'complete'],
      ['away', 'missing'],
      ['main', 'complete'],
    ]);
    expect(saved.records[0]?.notes).toEqual([
      {
        code: 'missing',
        what: 'database gone',
        detail: `there is none on ${staged.server.host}:${staged.server.port}`,
      },
    ]);
    expect(saved.records[2]?.notes).toEqual([
      expect.objectContaining({ code: 'unreadable', detail: expect.stringContaining('OFFLINE') }),
    ]);
    await staged.server.sql('DROP DATABASE [away]');
  });

  test('two names of the conf for one database are one backup too many', async () => {
    await using saved = await save(staged.source({ databases: ['shop', 'SHOP'] }));
    expect(saved.records.map(({ state }) => state)).toEqual(['complete', 'missing', 'complete']);
    expect(await staged.staged()).toEqual([]);
  });

  test('what a killed run left in the staging folder goes; what is not ours stays', async () => {
    await using _first = await save(staged.source());
    const [, mark] =
      /lifeboat-([0-9a-f]{12})-/.exec(statementsOf(staged, /^BACKUP DATABASE \[shop\]/).at(-1) as string) ??
      [];
    const { writeFile, rm } = await import('node:fs/promises');
    const others = [`lifeboat-000000000000-abc-1.bak`, 'nightly.bak'];
    for (const name of [`lifeboat-${mark}-abc-1.bak`, ...others])
      await writeFile(join(staged.staging, name), 'x');
    await using saved = await save(staged.source());
    expect((await staged.staged()).toSorted()).toEqual(others);
    expect(saved.journal.join('\n')).toContain(`removed lifeboat-${mark}-abc-1.bak from the staging folder`);
    for (const name of others) await rm(join(staged.staging, name));
  });
});

describe('editions', () => {
  test('1844: an edition that cannot compress makes a plain backup, and only that much is tried again', async () => {
    await using staged = await stagedServer();
    await fillDatabases(staged.server, ['shop']);
    const fault = staged.server.failNext(/^BACKUP DATABASE \[shop\].* COMPRESSION/, [
      [1844, 'BACKUP DATABASE WITH COMPRESSION', 'Web Edition'],
      3013,
    ]);
    await using saved = await save(staged.source());
    expect(fault.fired).toBe(1);
    expect(saved.records[0]?.state).toBe('complete');
    expect(statementsOf(staged, /^BACKUP DATABASE \[shop\]/)).toEqual([
      expect.stringContaining('CHECKSUM, COMPRESSION, NAME'),
      expect.stringContaining('CHECKSUM, NAME'),
    ]);
  });

  test('Express is not asked to compress', async () => {
    await using staged = await stagedServer({ edition: 'Express' });
    await fillDatabases(staged.server, ['shop']);
    await using saved = await save(staged.source());
    expect(saved.records[0]?.state).toBe('complete');
    expect(statementsOf(staged, /^BACKUP DATABASE \[shop\]/)).toHaveLength(1);
  });
});
