import { afterAll, beforeAll, expect, test } from 'vitest';
import { backupToFolder, type FolderBackup } from './backup-to-folder.ts';
import { everyType } from './every-type.ts';
import { never, restoreOf } from './restore-databases.ts';
import { dumpOf, serverState } from './server-state.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

let source: TestMariadb;
let server: TestMariadb;
let backup: FolderBackup;

beforeAll(async () => {
  source = await startMariadb();
  await source.sql(everyType('types'));
  backup = await backupToFolder(source, ['types']);
  server = await startMariadb({ conf: ['local_infile=0'] });
});

afterAll(async () => {
  await backup[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const localInfile = async () => (await server.sql('SELECT @@global.local_infile AS now'))[0]?.now;

test('LOAD DATA LOCAL switched off is found before the restore; without agreement nothing is changed', async () => {
  await using restore = await restoreOf(backup, server);
  const { findings } = await restore.target.inspect(never);
  expect(findings).toContainEqual(
    expect.objectContaining({ level: 'problem', message: expect.stringContaining('local_infile off') }),
  );
  await expect(restore.prepare()).rejects.toThrow(/4166/);
  expect(await localInfile()).toBe('0');
});

test('it is switched on for the restore if that is agreed, and off again in every path', async () => {
  {
    await using failing = await restoreOf(backup, server, { localInfile: 'switch-on' });
    let during: unknown;
    const stop = new AbortController();
    const staging = failing.target.stage(backup.records[0]!, backup.archive, {
      signal: stop.signal,
      onBytes: () => {
        during ??= localInfile().then((now) => {
          stop.abort(new Error('stopped'));
          return now;
        });
      },
    });
    await expect(staging).rejects.toThrow('stopped');
    expect(await during).toBe('1');
  }
  expect(await localInfile()).toBe('0');
  await using restore = await restoreOf(backup, server, { localInfile: 'switch-on' });
  await restore.prepare();
  expect(await localInfile()).toBe('0');
});

test('rows of every type by INSERT are the same as by LOAD DATA', async () => {
  await using restore = await restoreOf(backup, server, { localInfile: 'insert' });
  const problems = (await restore.target.inspect(never)).findings.filter(({ level }) => level === 'problem');
  expect(problems).toEqual([]);
  await restore.prepare();
  await restore.switchOver();
  expect((await serverState(server, ['types'])).objects).toEqual(
    (await serverState(source, ['types'])).objects,
  );
  expect(await dumpOf(server, ['types'])).toBe(await dumpOf(source, ['types']));
  expect(await localInfile()).toBe('0');
});

test('a row of more than max_allowed_packet cannot be inserted, which is said; loading it works', async () => {
  await source.sql([
    'CREATE DATABASE large',
    'CREATE TABLE large.t (id INT PRIMARY KEY, b LONGBLOB)',
    "INSERT INTO large.t VALUES (1, REPEAT(UNHEX('00ff5c0a09'), 4000000)), (2, REPEAT('x', 16777216)), (3, '')",
  ]);
  await using large = await backupToFolder(source, ['large']);
  await server.sql('SET GLOBAL max_allowed_packet = 16777216');
  {
    await using refused = await restoreOf(large, server, { localInfile: 'insert' });
    await expect(refused.prepare()).rejects.toMatchObject({
      code: 'target-unsuitable',
      message: expect.stringContaining('max_allowed_packet'),
    });
  }
  await using restore = await restoreOf(large, server, { localInfile: 'switch-on' });
  await restore.prepare();
  await restore.switchOver();
  const sums = (of: TestMariadb) => of.sql('CHECKSUM TABLE large.t EXTENDED');
  expect(await sums(server)).toEqual(await sums(source));
});
