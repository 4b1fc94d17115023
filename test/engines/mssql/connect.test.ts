import { readFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRORS, LifeboatError } from '#platform/errors.ts';
import { connectMssql } from '#sources/mssql/connect.ts';
import type { MssqlServer } from '#sources/mssql/connection.ts';
import { serverNumber } from '#sources/mssql/server-number.ts';
import { startMssql, type TestMssql, type TestMssqlOptions } from './start-mssql.ts';

const nothing = new AbortController().signal;
const TLS = join(import.meta.dirname, '..', 'mariadb', 'tls');

function reach(server: TestMssql, change: Partial<MssqlServer> = {}): MssqlServer {
  return {
    address: { host: server.host, port: server.port },
    user: server.user,
    password: async () => server.password,
    tls: undefined,
    limits: { connect: 3000, ask: 3000, cancel: 1000 },
    ...change,
  };
}

async function refusal(server: MssqlServer, signal = nothing): Promise<LifeboatError> {
  const error: unknown = await connectMssql(server, signal).then(
    (connection) => connection.close(),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LifeboatError);
  return error as LifeboatError;
}

describe('a session', () => {
  let server: TestMssql;
  beforeAll(async () => {
    server = await startMssql({
      logins: [
        { name: "o'brien", password: 'p' },
        { name: 'off', password: 'p', disabled: true },
      ],
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('is one, stays one, runs statements in turn, and is gone when closed', async () => {
    const connection = await connectMssql(reach(server), nothing);
    const ids = await Promise.all(
      [1, 2, 3].map(() => connection.ask<{ id: number }>('SELECT @@SPID AS id', nothing)),
    );
    expect(new Set(ids.map(([row]) => row?.id))).toEqual(new Set([connection.sessionId]));
    await connection.run('USE [msdb]', { signal: nothing });
    expect(await connection.ask('SELECT DB_NAME() AS name', nothing)).toEqual([{ name: 'msdb' }]);
    expect(server.state.sessions.size).toBe(1);
    await connection.close();
    await expect.poll(() => server.state.sessions.size).toBe(0);
  });

  test('a statement that is cancelled ends with the reason, and the session goes on', async () => {
    await using connection = await connectMssql(reach(server), nothing);
    const stop = new AbortController();
    const fault = server.stallNext(/^WAITFOR|^SELECT 42/);
    const run = connection.run('SELECT 42 AS answer', { signal: stop.signal });
    await expect.poll(() => fault.fired).toBe(1);
    stop.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
    expect(await connection.ask('SELECT 1 AS one', nothing)).toEqual([{ one: 1 }]);
    await expect(connection.run('SELECT 1 AS one', { signal: stop.signal })).rejects.toThrow('enough');
  });

  test('once lost it stays lost: no other session takes its place unseen', async () => {
    await using connection = await connectMssql(reach(server), nothing);
    const fault = server.dropNext(/^SELECT 43/);
    await expect(connection.ask('SELECT 43 AS answer', nothing)).rejects.toMatchObject({
      code: 'database-unreachable',
    });
    expect(fault.fired).toBe(1);
    await expect(connection.ask('SELECT 1 AS one', nothing)).rejects.toMatchObject({
      code: 'database-unreachable',
      message: `the session on 127.0.0.1:${server.port} was lost`,
    });
  });

  test('several errors: the first is told, with its number', async () => {
    await using connection = await connectMssql(reach(server), nothing);
    server.failNext(/^SELECT 44/, [[911, 'shop'], 3013]);
    const error = await connection
      .run('SELECT 44 AS x', { signal: nothing })
      .catch((thrown: unknown) => thrown);
    expect(serverNumber(error)).toBe(911);
    expect((error as Error).message).toMatch(
      /^127\.0\.0\.1:\d+: Database 'shop' does not exist.* \(error 911\)$/,
    );
  });

  const REFUSED: [string, Partial<MssqlServer>, number, RegExp][] = [
    ['a wrong password', { password: async () => 'wrong' }, 18456, /check user and password/],
    ['no such login', { user: 'nobody' }, 18456, /check user and password/],
    [
      'a login that is switched off',
      { user: 'off', password: async () => 'p' },
      18470,
      /ALTER LOGIN \[NAME\] ENABLE/,
    ],
    ['a Windows account where there is no domain', { domain: 'EXAMPLE' }, 18452, /check domain/],
  ];
  test.each(REFUSED)('%s: in clear words', async (_title, change, number, hint) => {
    const error = await refusal(reach(server, change));
    expect(error.code).toBe('database-login-refused');
    expect(ERRORS[error.code].exit).toBe(31);
    expect(error.message).toMatch(
      new RegExp(`^127\\.0\\.0\\.1:\\d+ refused login ".*": .*\\(error ${number}\\)$`),
    );
    expect(error.hint).toMatch(hint);
    expect(JSON.stringify([error.message, error.hint, error.cause])).not.toContain(server.password);
  });

  test.each([
    [4060, /database master/],
    [18461, /single-user mode/],
    [18486, /UNLOCK/],
    [18487, /expired/],
    [18488, /must be changed/],
  ])('login refused with %i', async (number, hint) => {
    server.refuseNextLogin(number);
    const error = await refusal(reach(server));
    expect(error.message).toContain(`(error ${number})`);
    expect(error.hint).toMatch(hint);
    expect(error.code).toBe('database-login-refused');
  });

  test('a name with an apostrophe signs in', async () => {
    await using connection = await connectMssql(
      reach(server, { user: "o'brien", password: async () => 'p' }),
      nothing,
    );
    expect(await connection.ask('SELECT SUSER_SNAME() AS login', nothing)).toEqual([{ login: "o'brien" }]);
  });

  test('stopped while it signs in', async () => {
    const stop = new AbortController();
    const silent = await listenOn(() => undefined);
    const run = connectMssql(
      reach(server, { address: { host: '127.0.0.1', port: silent.port } }),
      stop.signal,
    );
    setTimeout(() => stop.abort(new Error('enough')), 100);
    await expect(run).rejects.toThrow('enough');
    silent.close();
  });
});

describe('a server that cannot be reached', () => {
  const address = (host: string, port: number): MssqlServer => ({
    address: { host, port },
    user: 'sa',
    password: async () => 'S3cret',
    tls: { trust: false, ca: undefined },
    limits: { connect: 1000, ask: 1000, cancel: 500 },
  });

  test('nobody listens, or the name is unknown', async () => {
    for (const [host, found] of [
      ['127.0.0.1', /^cannot reach 127\.0\.0\.1:1: .*ECONNREFUSED/],
      ['nowhere.invalid', /^cannot reach nowhere\.invalid:1: .*(ENOTFOUND|EAI_AGAIN)/],
    ] as const) {
      const error = await refusal(address(host, 1));
      expect(error.code).toBe('database-unreachable');
      expect(error.message).toMatch(found);
      expect(error.hint).toContain('TCP/IP');
    }
  });

  test.each([
    ['says nothing', () => undefined],
    ['hangs up', (socket: Socket) => socket.destroy()],
    ['speaks HTTP', (socket: Socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    [
      'speaks MariaDB',
      (socket: Socket) => void socket.write(Buffer.from('4a0000000a352e352e352d31302e31312e36', 'hex')),
    ],
    ['sends zeros', (socket: Socket) => void socket.write(Buffer.alloc(5000))],
    [
      'answers a packet of nothing',
      (socket: Socket) => void socket.write(Buffer.from('0401000800000100', 'hex')),
    ],
  ])('something else listens there, which %s: an error in time', async (_title, greet) => {
    const other = await listenOn(greet);
    const begin = performance.now();
    const error = await refusal(address('127.0.0.1', other.port));
    expect(['database-unreachable', 'database-tls-failed']).toContain(error.code);
    expect(error.message).not.toContain('S3cret');
    expect(performance.now() - begin).toBeLessThan(3000);
    other.close();
  });
});

describe('encryption', () => {
  const opened: TestMssql[] = [];
  const start = async (options: TestMssqlOptions): Promise<TestMssql> => {
    const server = await startMssql(options);
    opened.push(server);
    return server;
  };
  afterAll(async () => {
    for (const server of opened) await server[Symbol.asyncDispose]();
  });

  test('by its authority, and by trust', async () => {
    const server = await start({ encryption: 'on' });
    for (const tls of [
      { trust: false, ca: join(TLS, 'ca.pem') },
      { trust: true, ca: undefined },
    ]) {
      await using connection = await connectMssql(reach(server, { tls }), nothing);
      expect(await connection.ask('SELECT 1 AS one', nothing)).toEqual([{ one: 1 }]);
      expect([...server.state.sessions.values()].map((session) => session.connection.encrypted)).toEqual([
        true,
      ]);
    }
  });

  test('a certificate of an authority nobody knows: says both ways out', async () => {
    const server = await start({ encryption: 'required' });
    for (const ca of [undefined, join(TLS, 'other-ca.pem')]) {
      const error = await refusal(reach(server, { tls: { trust: false, ca } }));
      expect(error.code).toBe('database-tls-failed');
      expect(ERRORS[error.code].exit).toBe(35);
      expect(error.message).toMatch(/^TLS with 127\.0\.0\.1:\d+ failed: /);
      expect(error.hint).toMatch(/ca = FILE.*trust_server_certificate = yes/);
    }
    expect(server.state.log).toEqual([]);
  });

  test('a certificate for another name', async () => {
    const certificate = {
      key: await readFile(join(TLS, 'elsewhere.key'), 'utf8'),
      certificate: await readFile(join(TLS, 'elsewhere.pem'), 'utf8'),
    };
    const server = await start({ encryption: 'on', certificate });
    const error = await refusal(reach(server, { tls: { trust: false, ca: join(TLS, 'ca.pem') } }));
    expect(error.code).toBe('database-tls-failed');
    expect(error.hint).toMatch(/for another name/);
  });

  test('encrypt = yes where the server has none, encrypt = no where it insists', async () => {
    const plain = await start({ encryption: 'not-supported' });
    expect(await refusal(reach(plain, { tls: { trust: true, ca: undefined } }))).toMatchObject({
      code: 'database-tls-failed',
      message: `127.0.0.1:${plain.port} offers no encryption`,
      hint: expect.stringContaining('encrypt = no'),
    });
    const strict = await start({ encryption: 'required' });
    expect(await refusal(reach(strict))).toMatchObject({
      code: 'database-tls-failed',
      message: `127.0.0.1:${strict.port} takes only encrypted connections`,
      hint: expect.stringContaining('encrypt = yes'),
    });
    for (const server of [plain, strict]) expect(server.state.log).toEqual([]);
  });

  test('a CA file that is not there', async () => {
    const server = await start({ encryption: 'on' });
    expect(await refusal(reach(server, { tls: { trust: false, ca: '/nowhere/ca.pem' } }))).toMatchObject({
      code: 'database-tls-failed',
      message: 'cannot read the TLS file /nowhere/ca.pem: ENOENT',
    });
  });
});

describe('a Windows account (NTLM)', () => {
  let server: TestMssql;
  beforeAll(async () => {
    server = await startMssql({
      domain: 'EXAMPLE',
      domainUsers: [{ name: 'EXAMPLE\\svc lifeboat', password: 'Pä55', roles: ['sysadmin'] }],
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const account = (change: Partial<MssqlServer> = {}) =>
    reach(server, { domain: 'EXAMPLE', user: 'svc lifeboat', password: async () => 'Pä55', ...change });

  test('signs in as DOMAIN\\user', async () => {
    await using connection = await connectMssql(account(), nothing);
    expect(
      await connection.ask("SELECT SUSER_SNAME() AS login, IS_SRVROLEMEMBER(N'sysadmin') AS s", nothing),
    ).toEqual([{ login: 'EXAMPLE\\svc lifeboat', s: 1 }]);
  });

  test('a wrong password names the account with its domain', async () => {
    expect(await refusal(account({ password: async () => 'x' }))).toMatchObject({
      code: 'database-login-refused',
      message: expect.stringMatching(/refused login "EXAMPLE\\svc lifeboat": .*\(error 18456\)$/),
    });
  });
});

describe('a named instance', () => {
  const HOST = '127.0.0.91';

  test('its port is asked for at its host', async () => {
    await using server = await startMssql({ address: HOST, instance: 'SQLEXPRESS' });
    const instance = (name: string) => reach(server, { address: { host: HOST, instance: name } });
    await using connection = await connectMssql(instance('SqlExpress'), nothing);
    expect(connection.place).toBe('127.0.0.91\\SqlExpress');
    expect(await refusal(instance('OTHER'))).toMatchObject({
      code: 'database-unreachable',
      message: expect.stringMatching(/^cannot reach 127\.0\.0\.91\\OTHER: /),
      hint: expect.stringMatching(/SQL Server Browser .*UDP 1434.* key port/),
    });
  });

  test('nobody answers at UDP 1434', async () => {
    const silent: MssqlServer = {
      address: { host: '127.0.0.92', instance: 'X' },
      user: 'sa',
      password: async () => 'p',
      tls: undefined,
      limits: { connect: 600 },
    };
    expect(await refusal(silent)).toMatchObject({
      code: 'database-unreachable',
      hint: expect.stringContaining('SQL Server Browser'),
    });
  });
});

async function listenOn(greet: (socket: Socket) => unknown): Promise<{ port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    greet(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as { port: number };
  return {
    port,
    close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
}
