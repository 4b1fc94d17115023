import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import mssql from 'mssql';
import { afterEach, describe, expect, test } from 'vitest';
import { messagesOf } from './messages-of.ts';
import { startMssql, type TestMssql, type TestMssqlOptions } from './start-mssql.ts';
import { tapServer } from './tap-server.ts';

const CERTIFICATES = join(import.meta.dirname, '..', 'mariadb', 'tls');
const ASK_ENCRYPTED =
  'SELECT encrypt_option AS encrypted FROM sys.dm_exec_connections WHERE session_id = @@SPID';

let server: TestMssql | undefined;
afterEach(async () => {
  const defects = server?.defects ?? [];
  await server?.[Symbol.asyncDispose]();
  server = undefined;
  expect(defects).toEqual([]);
});

async function start(options: TestMssqlOptions = {}): Promise<TestMssql> {
  server = await startMssql(options);
  return server;
}

/** The driver's code of a refused connection. */
async function codeOf(connecting: Promise<mssql.ConnectionPool>): Promise<string> {
  try {
    await (await connecting).close();
    return 'connected';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

describe('encryption, as it is agreed on before the login', () => {
  test.for([
    { mode: 'not-supported', wish: false, encrypted: 'FALSE' },
    { mode: 'not-supported', wish: true, encrypted: 'EENCRYPT' },
    { mode: 'login-only', wish: false, encrypted: 'FALSE' },
    { mode: 'login-only', wish: true, encrypted: 'TRUE' },
    { mode: 'on', wish: false, encrypted: 'FALSE' },
    { mode: 'on', wish: true, encrypted: 'TRUE' },
    { mode: 'required', wish: false, encrypted: 'EENCRYPT' },
    { mode: 'required', wish: true, encrypted: 'TRUE' },
  ] as const)('server $mode, client wants it: $wish -> $encrypted', async ({ mode, wish, encrypted }) => {
    const { connect } = await start({ encryption: mode });
    const options = { encrypt: wish, trustServerCertificate: true };
    if (encrypted === 'EENCRYPT') {
      expect(await codeOf(connect({ options }))).toBe('EENCRYPT');
      return;
    }
    const pool = await connect({ options });
    expect((await pool.query(ASK_ENCRYPTED)).recordset).toEqual([{ encrypted }]);
    await pool.close();
  });

  test('its certificate is verified by its authority, and refused without it', async () => {
    const { connect } = await start({ encryption: 'on' });
    const ca = await readFile(join(CERTIFICATES, 'ca.pem'), 'utf8');
    const other = await readFile(join(CERTIFICATES, 'other-ca.pem'), 'utf8');
    const trusting = (authority?: string): Promise<string> =>
      codeOf(
        connect({
          options: {
            encrypt: true,
            trustServerCertificate: false,
            ...(authority === undefined ? {} : { cryptoCredentialsDetails: { ca: authority } }),
          },
        }),
      );
    expect(await trusting(ca)).toBe('connected');
    expect(await trusting(other)).toBe('ESOCKET');
    expect(await trusting()).toBe('ESOCKET');
  });
});

describe('logins', () => {
  test('a wrong password, an unknown user and an unknown database are told apart by number', async () => {
    const { connect, user } = await start({ logins: [{ name: 'off', password: 'x', disabled: true }] });
    const numbersOf = async (change: Partial<mssql.config>): Promise<unknown[]> => {
      const numbers: unknown[] = [];
      const beforeConnect = (connection: {
        on(event: string, heard: (m: { number: number }) => void): void;
      }) => connection.on('errorMessage', ({ number }) => numbers.push(number));
      expect(await codeOf(connect({ ...change, beforeConnect } as never))).toBe('ELOGIN');
      return numbers;
    };
    expect(await numbersOf({ password: 'wrong' })).toEqual([18456]);
    expect(await numbersOf({ user: 'nobody' })).toEqual([18456]);
    expect(await numbersOf({ user: 'off', password: 'x' })).toEqual([18470]);
    expect(await numbersOf({ user, database: 'absent' })).toEqual([4060, 18456]);
  });

  test('a domain login by NTLM; with a wrong password, of an unknown user or without a domain it is refused', async () => {
    const { connect, domain } = {
      domain: 'CORP',
      ...(await start({
        domain: 'CORP',
        domainUsers: [
          { name: 'CORP\\bob', password: 'Pä$$ wörd', roles: ['sysadmin'] },
          { name: 'CORP\\eve', password: 'x', login: false },
        ],
      })),
    };
    const pool = await connect({ domain, user: 'bob', password: 'Pä$$ wörd' });
    expect((await pool.query('SELECT SUSER_SNAME() AS who')).recordset).toEqual([{ who: 'CORP\\bob' }]);
    await pool.close();
    expect(await codeOf(connect({ domain, user: 'bob', password: 'wrong' }))).toBe('ELOGIN');
    expect(await codeOf(connect({ domain, user: 'eve', password: 'x' }))).toBe('ELOGIN');
    await server?.[Symbol.asyncDispose]();
    const without = await start();
    expect(await codeOf(without.connect({ domain, user: 'bob', password: 'Pä$$ wörd' }))).toBe('ELOGIN');
  });

  test('a named instance is found by its name, an unknown one is not', async () => {
    const { host, user, password } = await start({ instance: 'SHOP' });
    const connectBy = async (instanceName: string): Promise<mssql.ConnectionPool> => {
      const options = { encrypt: false, instanceName };
      const pool = new mssql.ConnectionPool({ server: host, user, password, options });
      return await pool.connect();
    };
    expect(await codeOf(connectBy('SHOP'))).toBe('connected');
    expect(await codeOf(connectBy('NONE'))).toBe('EINSTLOOKUP');
  });
});

describe('statements', () => {
  test('values of each type come back as they were sent', async () => {
    const { connect } = await start();
    const pool = await connect();
    const { recordset } = await pool
      .request()
      .input('text', mssql.NVarChar, "it's é 漢 😀")
      .input('long', mssql.NVarChar(mssql.MAX), 'x'.repeat(200_000))
      .input('number', mssql.Int, -5)
      .input('large', mssql.BigInt, '9007199254740993')
      .input('bit', mssql.Bit, true)
      .input('bytes', mssql.VarBinary(mssql.MAX), Buffer.from([0, 255, 1]))
      .input('nothing', mssql.NVarChar, null)
      .query(
        'SELECT @text AS text, @long AS long, @number AS number, @large AS large, @bit AS bit, @bytes AS bytes, @nothing AS nothing',
      );
    expect(recordset[0]).toEqual({
      text: "it's é 漢 😀",
      long: 'x'.repeat(200_000),
      number: -5,
      large: '9007199254740993',
      bit: true,
      bytes: Buffer.from([0, 255, 1]),
      nothing: null,
    });
    await pool.close();
  });

  test.for([512, 4096, 32_767])('a result of several packets of %i bytes', async (packetSize) => {
    const { connect, sql, port } = await start();
    await using tap = await tapServer({ host: '127.0.0.1', port });
    await sql('CREATE DATABASE large');
    await sql('CREATE TABLE t (id int, body nvarchar(max))', 'large');
    for (let id = 0; id < 20; id++) {
      await sql(`INSERT INTO t VALUES (${id}, REPLICATE(N'${id % 10}', 9001))`, 'large');
    }
    const pool = await connect({
      port: tap.port,
      database: 'large',
      options: { encrypt: false, packetSize } as never,
    });
    await pool.query('SELECT 1 AS one');
    tap.take();
    const { recordset } = await pool.query('SELECT id, body FROM t ORDER BY id');
    expect(recordset.map(({ body }) => body)).toEqual(
      Array.from({ length: 20 }, (_, id) => String(id % 10).repeat(9001)),
    );
    expect(Math.max(...packetLengths(tap.take()))).toBe(packetSize);
    await pool.close();
  });

  test('an attention is answered by two messages, DONE with 2 and then DONE with 32', async () => {
    const { port, state, ...rest } = await start();
    await using tap = await tapServer({ host: '127.0.0.1', port });
    const pool = await rest.connect({ port: tap.port });
    const request = pool.request();
    const waiting = request.query("WAITFOR DELAY '00:00:30'").catch((error: { code: string }) => error.code);
    await until(() => [...state.sessions.values()].some((session) => session.request !== undefined));
    request.cancel();
    expect(await waiting).toBe('ECANCEL');
    // The pool asks before it lends the connection: the two messages are the last ones.
    const answer = tap.take().subarray(-2 * 21);
    const DONE = 0xfd;
    const messages = [0, 21].map((at) => ({
      type: answer.readUInt8(at),
      last: answer.readUInt8(at + 1),
      token: answer.readUInt8(at + 8),
      status: answer.readUInt16LE(at + 9),
    }));
    expect(messages).toEqual([
      { type: 4, last: 1, token: DONE, status: 2 },
      { type: 4, last: 1, token: DONE, status: 32 },
    ]);
    // The connection is as good as before.
    expect((await pool.query('SELECT 1 AS one')).recordset).toEqual([{ one: 1 }]);
    await pool.close();
  });

  test('an attention that is not heeded leaves the statement running to its end', async () => {
    const { connect, state } = await start();
    state.pace.attentionMilliseconds = Number.POSITIVE_INFINITY;
    const pool = await connect();
    const request = pool.request();
    const waiting = request
      .query("WAITFOR DELAY '00:00:00.4'")
      .catch((error: { code: string }) => error.code);
    await until(() => [...state.sessions.values()].some((session) => session.request !== undefined));
    const begun = performance.now();
    request.cancel();
    expect(await waiting).toBe('ECANCEL');
    expect(performance.now() - begun).toBeGreaterThan(250);
    await pool.close();
  });

  test('what is not T-SQL that the server knows fails, and is never passed over', async () => {
    const { sql } = await start();
    expect(await messagesOf(sql('FROBNICATE everything'))).toEqual([102]);
    expect(await messagesOf(sql('GRANT CONTROL TO everybody'))).toEqual([156]);
    expect(await messagesOf(sql('RESTORE LOG x FROM NOWHERE'))).toEqual([102]);
    expect(await messagesOf(sql('SELECT 1 AS one FROM'))).toEqual([102]);
    expect(await messagesOf(sql('ALTER DATABASE master SET SOMETHING ON'))).toEqual([102]);
    expect(await messagesOf(sql('SELECT * FROM sys.unknown_view'))).toEqual([208]);
    expect(await messagesOf(sql('SELECT unknown_column FROM sys.databases'))).toEqual([207]);
    expect(await messagesOf(sql('SELECT unknown_function(1)'))).toEqual([195]);
    expect(await messagesOf(sql('EXEC unknown_procedure'))).toEqual([2812]);
    expect(await messagesOf(sql("SELECT 'open"))).toEqual([105]);
  });

  test('bytes that are no TDS end the connection, and only that one', async () => {
    const { port, sql } = await start();
    const socket = connectSocket(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(Buffer.alloc(64));
    await once(socket, 'close');
    expect(await sql('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

/** Of each packet; the bytes begin with a packet's header. */
function packetLengths(bytes: Buffer): number[] {
  const lengths: number[] = [];
  for (let at = 0; at < bytes.length; at += lengths.at(-1) as number)
    lengths.push(bytes.readUInt16BE(at + 2));
  return lengths;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
