import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type mssql from 'mssql';
import { afterEach, describe, expect, test } from 'vitest';
import { asNobody } from '../../fakes/as-nobody.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { messagesOf } from './messages-of.ts';
import { startMssql, type TestMssql, type TestMssqlOptions } from './start-mssql.ts';

/** What the test server can be brought to do, by its state or by an order; on a real server none of it can be ordered. */
let server: TestMssql | undefined;
afterEach(async () => {
  const defects = server?.defects ?? [];
  await server?.[Symbol.asyncDispose]();
  server = undefined;
  expect(defects).toEqual([]);
});

const BAK = '/var/opt/mssql/backup/shop.bak';
const BACKUP = `BACKUP DATABASE shop TO DISK = N'${BAK}' WITH COPY_ONLY, INIT, FORMAT, CHECKSUM, STATS = 10`;
const RESTORE = `RESTORE DATABASE copy FROM DISK = N'${BAK}' WITH MOVE N'shop' TO N'/var/opt/mssql/data/copy.mdf',
  MOVE N'shop_log' TO N'/var/opt/mssql/data/copy.ldf', CHECKSUM, STATS = 10`;

/** A server with a database of some megabytes. */
async function start(options: TestMssqlOptions = {}): Promise<TestMssql> {
  server = await startMssql(options);
  await server.sql('CREATE DATABASE shop');
  await server.sql('CREATE TABLE items (id int PRIMARY KEY); INSERT INTO items VALUES (1), (2)', 'shop');
  server.grow('shop', 2_000_000);
  return server;
}

/** Messages of a statement on a connection of the `mssql` package, with the server's words. */
async function wordsOf(running: Promise<unknown>): Promise<string> {
  return await running.then(
    () => 'done',
    (error: Error & { precedingErrors?: Error[] }) => error.precedingErrors?.[0]?.message ?? error.message,
  );
}

describe('refused because of what the server is', () => {
  test('1844: compression on Express; a backup without it is made', async () => {
    const { sql } = await start({ edition: 'Express' });
    expect(await messagesOf(sql(BACKUP.replace('CHECKSUM', 'CHECKSUM, COMPRESSION')))).toEqual([1844, 3013]);
    await sql(BACKUP);
  });

  test('3169: a backup of a newer server', async () => {
    const newer = await start();
    await newer.sql(BACKUP);
    const bytes = await readFile(join(newer.folder, 'backup', 'shop.bak'));
    await newer[Symbol.asyncDispose]();
    const older = await start({ release: 2019 });
    await writeFile(join(older.folder, 'backup', 'shop.bak'), bytes);
    expect(await older.sql(`RESTORE HEADERONLY FROM DISK = N'${BAK}'`)).toMatchObject([
      { DatabaseVersion: 957 },
    ]);
    const before = older.snapshot();
    expect(await messagesOf(older.sql(RESTORE))).toEqual([3169, 3013]);
    expect(older.snapshot()).toEqual(before);
  });

  test('33111: the backup of an encrypted database, without its certificate', async () => {
    const { sql, database, state } = await start();
    database('shop').certificate = Buffer.from('a1b2', 'hex');
    await sql(BACKUP);
    expect(await sql('SELECT encryptor_thumbprint AS t FROM sys.dm_database_encryption_keys')).toHaveLength(
      1,
    );
    expect(await messagesOf(sql(RESTORE))).toEqual([33111, 3013]);
    state.certificates.add('a1b2');
    await sql(RESTORE);
    expect(database('copy').certificate).toEqual(Buffer.from('a1b2', 'hex'));
  });

  test('15247: a login made by one who may not; 262: a new database restored by one who may not', async () => {
    const { connect } = await start({ logins: [{ name: 'clerk', password: 'x' }] });
    const pool = await connect({ user: 'clerk', password: 'x' });
    expect(await messagesOf(pool.request().batch("CREATE LOGIN other WITH PASSWORD = N'x'"))).toEqual([
      15247,
    ]);
    expect(await messagesOf(pool.request().batch(RESTORE))).toEqual([262, 3013]);
    expect(await messagesOf(pool.request().batch(`RESTORE HEADERONLY FROM DISK = N'${BAK}'`))).toEqual([
      262, 3013,
    ]);
    await pool.close();
  });

  test('a domain login that the domain does not know: 15401', async () => {
    const { sql } = await start({
      domain: 'CORP',
      domainUsers: [{ name: 'CORP\\bob', password: 'x', login: false }],
    });
    expect(await messagesOf(sql('CREATE LOGIN [CORP\\eve] FROM WINDOWS'))).toEqual([15401]);
    await sql('CREATE LOGIN [CORP\\bob] FROM WINDOWS');
  });
});

describe('refused because of the disk', () => {
  test('3201 with OS error 5: a folder that the service account may not open, and on Linux one that is not there', async () => {
    const { sql, state } = await start();
    state.disk.forbidden.add('/var/opt/mssql/backup');
    expect(await messagesOf(sql(BACKUP))).toEqual([3201, 3013]);
    expect(await wordsOf(sql(BACKUP))).toContain('Operating system error 5(Access is denied.)');
    expect(await wordsOf(sql(BACKUP.replace('/backup/', '/nowhere/')))).toContain(
      'Operating system error 5(',
    );
  });

  test('3201 with OS error 3 on Windows, where the folder is not there', async () => {
    const { sql, state } = await start({ host: 'Windows' });
    expect(state.backupPath).toBe('C:\\MSSQL\\backup\\');
    const to = (path: string): Promise<string> =>
      wordsOf(sql(`BACKUP DATABASE shop TO DISK = N'${path}' WITH FORMAT`));
    expect(await to('D:\\nowhere\\x.bak')).toContain('Operating system error 3(');
    expect(await to('c:/mssql/BACKUP/x.bak')).toBe('done');
  });

  test('3202: the disk runs full in the middle of BACKUP', async () => {
    const { sql, state } = await start();
    state.disk.free = 1_000_000;
    expect(await messagesOf(sql(BACKUP))).toEqual([3202, 3013]);
    expect(await wordsOf(sql(BACKUP))).toContain('112(There is not enough space on the disk.)');
  });

  test('3257, 3119: RESTORE sees that the disk is too small before it changes anything', async () => {
    const { sql, state, snapshot } = await start();
    await sql(BACKUP);
    const before = snapshot();
    state.disk.free = 1_000_000;
    expect(await messagesOf(sql(RESTORE))).toEqual([3257, 3119, 3013]);
    expect(snapshot()).toEqual(before);
  });

  test('3202: the disk is filled by others while RESTORE writes; the database stays RESTORING until it is dropped', async () => {
    const { sql, state, database, callNext, folder } = await start();
    await sql(BACKUP);
    const filled = callNext(
      /^RESTORE DATABASE/,
      () => {
        state.disk.free = 0;
      },
      { at: 30 },
    );
    expect(await messagesOf(sql(RESTORE))).toEqual([3202, 3013]);
    expect(filled.fired).toBe(1);
    expect(database('copy').state).toBe('RESTORING');
    expect(await messagesOf(sql('USE copy'))).toEqual([927]);
    expect(await messagesOf(sql('ALTER DATABASE copy SET MULTI_USER'))).toEqual([5052, 5069]);
    expect(await messagesOf(sql(BACKUP.replace('shop', 'copy')))).toEqual([927, 3013]);
    await sql('DROP DATABASE copy');
    expect(existsSync(join(folder, 'data', 'copy.mdf'))).toBe(false);
  });
});

describe('damage', () => {
  test('3189 of VERIFYONLY and 3183 of RESTORE: a byte of the backup is not what it was', async () => {
    const { sql, damage } = await start();
    await sql(BACKUP);
    damage(BAK);
    expect(await messagesOf(sql(`RESTORE VERIFYONLY FROM DISK = N'${BAK}' WITH CHECKSUM`))).toEqual([
      3189, 3013,
    ]);
    expect(await messagesOf(sql(RESTORE))).toEqual([3183, 3013]);
  });

  test('without CHECKSUM the damage passes through, and DBCC CHECKDB finds it', async () => {
    const { sql, damage } = await start();
    await sql(BACKUP.replace('CHECKSUM, ', ''));
    damage(BAK);
    await sql(`RESTORE VERIFYONLY FROM DISK = N'${BAK}'`);
    await sql(RESTORE.replace('CHECKSUM, ', ''));
    const numbers = await messagesOf(sql("DBCC CHECKDB (N'copy') WITH NO_INFOMSGS, PHYSICAL_ONLY"));
    expect(numbers).toEqual([8928, 8939]);
  });

  test('3043: BACKUP WITH CHECKSUM of a database that is damaged itself', async () => {
    const { sql, damage } = await start();
    damage('/var/opt/mssql/data/shop.mdf');
    expect(await messagesOf(sql(BACKUP))).toEqual([3043, 3013]);
  });

  test('3241: a file that is no backup; 3203: one that is cut off', async () => {
    const { sql, folder } = await start();
    const local = join(folder, 'backup', 'shop.bak');
    await writeFile(local, 'no backup at all');
    expect(await messagesOf(sql(`RESTORE HEADERONLY FROM DISK = N'${BAK}'`))).toEqual([3241, 3013]);
    expect(await messagesOf(sql(BACKUP.replace(', FORMAT', '')))).toEqual([3241, 3013]);
    await sql(BACKUP);
    const bytes = await readFile(local);
    await writeFile(local, bytes.subarray(0, bytes.length / 2));
    expect(await messagesOf(sql(RESTORE))).toEqual([3203, 3013]);
    expect(await messagesOf(sql(`RESTORE VERIFYONLY FROM DISK = N'${BAK}'`))).toEqual([3203, 3013]);
  });
});

describe('while BACKUP runs', () => {
  /** A connection that runs BACKUP slowly, and what it said. */
  async function slowBackup(ours: TestMssql, milliseconds = 20_000) {
    ours.state.pace.milliseconds = milliseconds;
    const pool = await ours.connect();
    const request = pool.request();
    const said: number[] = [];
    request.on('info', ({ number }: { number: number }) => said.push(number));
    const ended = request.batch(BACKUP).then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
    await until(() =>
      [...ours.state.sessions.values()].some(({ request: r }) => r?.command === 'BACKUP DATABASE'),
    );
    return { pool, request, said, ended };
  }

  test('a second connection sees how far it is; cancelled, it leaves a file that says it is incomplete', async () => {
    const ours = await start();
    const { pool, request, ended } = await slowBackup(ours, 3_000);
    const ASK =
      "SELECT percent_complete AS done FROM sys.dm_exec_requests WHERE command = N'BACKUP DATABASE'";
    const percents = new Set<unknown>();
    while (percents.size < 3) percents.add((await ours.sql(ASK))[0]?.['done']);
    request.cancel();
    expect(await ended).toBe('ECANCEL');
    await pool.close();
    const header = await ours.sql(`RESTORE HEADERONLY FROM DISK = N'${BAK}'`);
    expect(header).toMatchObject([{ BackupName: '*** INCOMPLETE ***', BackupType: null }]);
  });

  test('progress arrives while it runs, not with its end', async () => {
    const ours = await start();
    const stalled = ours.stallNext(/^BACKUP DATABASE/, { at: 60 });
    const { pool, said, ended } = await slowBackup(ours, 0);
    await until(() => said.length >= 5);
    expect(said).not.toContain(3014);
    stalled.release();
    expect(await ended).toBe('done');
    expect(said.at(-1)).toBe(3014);
    await pool.close();
  });

  test('KILL ends its connection, as a restart would; 6106 for a session that is not there', async () => {
    const ours = await start();
    const { pool, ended } = await slowBackup(ours);
    const [session] = await ours.sql(
      "SELECT session_id AS id FROM sys.dm_exec_requests WHERE command = N'BACKUP DATABASE'",
    );
    await ours.sql(`KILL ${session?.['id']}`);
    expect(await ended).not.toBe('done');
    expect(await messagesOf(ours.sql(`KILL ${session?.['id']}`))).toEqual([6106]);
    await pool.close();
  });

  test('it may go on without a word: STATS are silent and percent_complete is not', async () => {
    const ours = await start();
    ours.state.pace.silent = true;
    const { pool, said, ended } = await slowBackup(ours, 200);
    expect(await ended).toBe('done');
    expect(said).toEqual([4035, 4035, 3014]);
    await pool.close();
  });
});

describe('ordered', () => {
  const driven = async (
    ours: TestMssql,
    sql: string,
  ): Promise<{ pool: mssql.ConnectionPool; code: string }> => {
    const pool = await ours.connect();
    const code = await pool
      .request()
      .batch(sql)
      .then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
    return { pool, code };
  };

  test('a statement fails with the numbers given, the cause first, once', async () => {
    const ours = await start();
    const fault = ours.failNext(/^BACKUP DATABASE/, [
      [3202, BAK, '1117(The request could not be performed)'],
      3013,
    ]);
    expect(await messagesOf(ours.sql(BACKUP))).toEqual([3202, 3013]);
    await ours.sql(BACKUP);
    expect(fault.fired).toBe(1);
  });

  test('a fault that never met its statement says so', async () => {
    const ours = await start();
    const fault = ours.failNext(/^RESTORE/, [3013]);
    await ours.sql(BACKUP);
    expect(fault.fired).toBe(0);
  });

  test('the connection breaks in the middle of BACKUP', async () => {
    const ours = await start();
    const fault = ours.dropNext(/^BACKUP DATABASE/, { at: 50 });
    const { pool, code } = await driven(ours, BACKUP);
    expect(code).not.toBe('done');
    expect(fault.fired).toBe(1);
    await pool.close();
  });

  test('a statement that did its work, and whose answer is lost', async () => {
    const ours = await start();
    const fault = ours.dropNext(/^ALTER DATABASE/, { at: 'after' });
    const { pool, code } = await driven(ours, 'ALTER DATABASE shop MODIFY NAME = store');
    expect(code).not.toBe('done');
    expect(fault.fired).toBe(1);
    expect(ours.database('store').name).toBe('store');
    await pool.close();
  });

  test('it stalls until it is released, or cancelled', async () => {
    const ours = await start();
    const first = ours.stallNext(/^BACKUP DATABASE/, { at: 40 });
    setTimeout(() => first.release(), 100);
    const begun = performance.now();
    await ours.sql(BACKUP);
    expect(performance.now() - begun).toBeGreaterThan(90);
    ours.stallNext(/^BACKUP DATABASE/, { at: 40 });
    const pool = await ours.connect();
    const request = pool.request();
    setTimeout(() => request.cancel(), 200);
    await expect(request.batch(BACKUP)).rejects.toMatchObject({ code: 'ECANCEL' });
    await pool.close();
  });

  test('the answer goes on as rubbish', async () => {
    const ours = await start();
    const fault = ours.rubbishNext(/^BACKUP DATABASE/, { at: 50 });
    const pool = await ours.connect();
    const ended = pool
      .request()
      .batch(BACKUP)
      .then(
        () => 'done',
        () => 'failed',
      );
    // The driver may wait for the rest of a packet that never was one: whoever uses it needs a limit of their own.
    const result = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 500, 'waits'))]);
    expect(result).not.toBe('done');
    expect(fault.fired).toBe(1);
    void pool.close();
  });

  test('3014 is not sent although the work was done', async () => {
    const ours = await start();
    ours.omitNext(/^BACKUP DATABASE/, 3014);
    const pool = await ours.connect();
    const said: number[] = [];
    const request = pool.request();
    request.on('info', ({ number }: { number: number }) => said.push(number));
    await request.batch(BACKUP);
    expect(said).toContain(4035);
    expect(said).not.toContain(3014);
    await pool.close();
  });

  test('the next login is refused with any number', async () => {
    const ours = await start();
    ours.refuseNextLogin(18486);
    await expect(ours.connect()).rejects.toThrow('currently locked out');
    await (await ours.connect()).close();
  });
});

describe('another machine', () => {
  test('the server names the folder differently, and finds in it what we wrote', async () => {
    await using share = await temporaryFolder();
    const local = share.path;
    server = await startMssql({ host: 'Windows', views: [{ server: '\\\\nas\\lifeboat', local }] });
    await writeFile(join(local, 'nonce'), 'x');
    const [seen] = await server.sql("EXEC master.sys.xp_fileexist N'\\\\nas\\lifeboat\\nonce'");
    expect(seen).toMatchObject({ 'File Exists': 1 });
    const [other] = await server.sql("EXEC master.sys.xp_fileexist N'\\\\nas\\elsewhere\\nonce'");
    expect(other).toMatchObject({ 'File Exists': 0, 'Parent Directory Exists': 0 });
    await server.sql(
      "BACKUP DATABASE [model] TO DISK = N'\\\\NAS\\Lifeboat\\model.bak' WITH COPY_ONLY, FORMAT",
    );
    expect((await stat(join(local, 'model.bak'))).size).toBeGreaterThan(65_536);
  });

  test('the server’s files may have a mode that keeps us out of them', async (context) => {
    const ours = await start();
    ours.state.disk.fileMode = 0o600;
    await ours.sql(BACKUP);
    await asNobody(context, async () => {
      await expect(readFile(join(ours.folder, 'backup', 'shop.bak'))).rejects.toMatchObject({
        code: 'EACCES',
      });
      // It is we who lost rights, not the server.
      await ours.sql(BACKUP);
    });
  });
});

describe('applications that are connected', () => {
  test('one that comes back at once takes a slot that is left free, and not one that is kept', async () => {
    const ours = await start();
    using application = ours.occupy('shop', { returns: true });
    await ours.sql('ALTER DATABASE shop SET SINGLE_USER WITH ROLLBACK IMMEDIATE');
    await until(() => application.connected);
    expect(application.ended).toBe(1);
    expect(await messagesOf(ours.sql('ALTER DATABASE shop SET MULTI_USER'))).toEqual([5064, 5069]);
    expect(await messagesOf(ours.sql('USE shop'))).toEqual([924]);
  });

  test('5030: the name of a database that others are in', async () => {
    const ours = await start();
    using application = ours.occupy('shop');
    expect(application.connected).toBe(true);
    expect(await messagesOf(ours.sql('ALTER DATABASE shop MODIFY NAME = store'))).toEqual([5030]);
    expect(await messagesOf(ours.sql('DROP DATABASE shop'))).toEqual([3702]);
  });

  test('5070: they are not put out where nobody said so', async () => {
    const ours = await start();
    using application = ours.occupy('shop');
    expect(await messagesOf(ours.sql('ALTER DATABASE shop SET SINGLE_USER WITH NO_WAIT'))).toEqual([
      5070, 5069,
    ]);
    expect(application.connected).toBe(true);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
