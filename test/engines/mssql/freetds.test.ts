import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';
import { startMssql, type TestMssql } from './start-mssql.ts';
import { type Tap, tapServer } from './tap-server.ts';

/**
 * FreeTDS is the second opinion: what the driver and the test server might both have wrong, it would not have wrong in
 * the same way.
 */
let plain: TestMssql;
let encrypted: TestMssql;
let loginOnly: TestMssql;
let tap: Tap;
let folder: TemporaryFolder;

beforeAll(async () => {
  folder = await temporaryFolder();
  const logins = [{ name: 'reader', password: 'Se cret!' }];
  plain = await startMssql({ logins });
  encrypted = await startMssql({ logins, encryption: 'required' });
  loginOnly = await startMssql({ logins, encryption: 'login-only' });
  tap = await tapServer(loginOnly);
  await writeFile(
    folder.file('freetds.conf'),
    [
      section('plain', plain, 'off'),
      section('encrypted', encrypted, 'require'),
      section('login', tap, 'request'),
    ].join('\n'),
  );
});
afterAll(async () => {
  expect([...plain.defects, ...encrypted.defects, ...loginOnly.defects]).toEqual([]);
  await tap[Symbol.asyncDispose]();
  await loginOnly[Symbol.asyncDispose]();
  await plain[Symbol.asyncDispose]();
  await encrypted[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function section(name: string, { port }: { port: number }, encryption: string): string {
  return `[${name}]\nhost = 127.0.0.1\nport = ${port}\ntds version = 7.4\nencryption = ${encryption}\n`;
}

const ASK_ENCRYPTED = 'SELECT encrypt_option FROM sys.dm_exec_connections WHERE session_id = @@SPID';

async function run(
  program: 'tsql' | 'bsqldb',
  server: string,
  batches: string[],
  password = 'Se cret!',
): Promise<{ status: number | null; out: string; err: string }> {
  const child = spawn(program, ['-S', server, '-U', 'reader', '-P', password], {
    env: { ...process.env, FREETDSCONF: folder.file('freetds.conf'), LC_ALL: 'C.UTF-8' },
  });
  const status = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.end(`${batches.map((batch) => `${batch}\ngo\n`).join('')}`);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await status, out, err };
}

test('only the login is encrypted where client and server agree on that', async () => {
  tap.take();
  const { out } = await run('tsql', 'login', [ASK_ENCRYPTED, "SELECT N'in clear' AS said"]);
  expect(out).toContain('FALSE');
  const seen = tap.take();
  // A record of a TLS handshake inside a packet, and a statement's answer that anybody can read.
  expect(seen.subarray(0, 4096).includes(Buffer.from([0x16, 0x03]))).toBe(true);
  expect(seen.includes(Buffer.from('in clear', 'utf16le'))).toBe(true);
});

describe.for(['plain', 'encrypted', 'login'])('over a connection that is %s', (server) => {
  const ASK = `SELECT name, database_id, owner_sid, create_date, CAST(1.5 AS decimal(9, 2)) AS d, CAST(1 AS bit) AS b,
    CAST(N'漢é' AS nvarchar(max)) AS t, SERVERPROPERTY('ProductVersion') AS v FROM sys.databases WHERE name = N'msdb'`;

  test('tsql logs in and reads a row of many types', async () => {
    const { out } = await run('tsql', server, [ASK, 'SELECT COUNT(*) AS n FROM sys.databases']);
    expect(out).toMatch(/name\tdatabase_id\towner_sid\tcreate_date\td\tb\tt\tv\n/);
    expect(out).toMatch(/msdb\t4\t01\t[^\t]+\t1.50\t1\t漢é\t16.0.1000.6\n/);
    expect(out).toContain('(1 row affected)');
    expect(out).toMatch(/n\n4\n/);
  });

  test('bsqldb logs in and runs batch after batch', async () => {
    const { status, out } = await run('bsqldb', server, [
      'SELECT name FROM sys.databases',
      "SELECT N'second' AS s",
    ]);
    expect(out).toMatch(/master\s+tempdb\s+model\s+msdb/);
    expect(out).toContain('second');
    expect(status).toBe(0);
  });

  test('errors and information arrive with number, severity and text', async () => {
    const { err } = await run('tsql', server, [
      'USE nowhere',
      "PRINT 'it was said'",
      'SELECT 1 AS database',
      'SELECT 1 +',
    ]);
    expect(err).toMatch(/Msg 911 \(severity 16, state 1\) from TESTSQL/);
    expect(err).toContain("Database 'nowhere' does not exist. Make sure that the name is entered correctly.");
    expect(err).toContain('it was said');
    expect(err).toMatch(/Msg 156 \(severity 15, state 1\)/);
    expect(err).toMatch(/Msg 102 \(severity 15, state 1\)/);
  });

  test('a wrong password is refused with 18456', async () => {
    const { status, out, err } = await run('tsql', server, [], 'wrong');
    expect(out + err).toContain("Login failed for user 'reader'.");
    expect(status).not.toBe(0);
  });

  test('a result that is larger than its packets', async () => {
    const { out } = await run('tsql', server, [
      "SELECT REPLICATE(N'z', 60000) AS body, name FROM sys.databases",
    ]);
    expect(out.match(/z{60000}/g)).toHaveLength(4);
  });
});
