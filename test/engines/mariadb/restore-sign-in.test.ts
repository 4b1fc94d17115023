import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LifeboatError } from '#platform/errors.ts';
import { connectMariadb } from '#sources/mariadb/connect.ts';
import { signInForRestore } from '#sources/mariadb/target/sign-in-for-restore.ts';
import { signInByOptions } from '../../../apps/restore/sign-in-by-options.ts';
import { never } from './restore-databases.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

let server: TestMariadb;

beforeAll(async () => {
  server = await startMariadb();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const tcp = () => ({ host: '127.0.0.1', port: server.port });

test('[BS-18] the root password is asked for, a wrong one can be tried again and changes nothing', async () => {
  const before = await server.sql("SELECT * FROM mysql.global_priv WHERE User = 'root'");
  const answers = ['wrong', '', server.password];
  const refusals: (string | undefined)[] = [];
  const signedIn = await signInForRestore(
    {
      address: tcp(),
      asRoot: false,
      askPassword: async (refused) => {
        refusals.push(refused?.code);
        return answers.shift();
      },
    },
    never,
  );
  expect(refusals).toEqual([undefined, 'database-login-refused', 'database-login-refused']);
  expect(signedIn.how).toBe('password');
  await using connection = await connectMariadb(signedIn.server, never);
  expect(await connection.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(await server.sql("SELECT * FROM mysql.global_priv WHERE User = 'root'")).toEqual(before);
});

test('who gives up sees why the last password was refused', async () => {
  const answers = ['wrong', undefined];
  const failure = signInForRestore(
    { address: tcp(), asRoot: false, askPassword: async () => answers.shift() },
    never,
  );
  await expect(failure).rejects.toMatchObject({ code: 'database-login-refused' });
  const never1 = signInForRestore(
    { address: tcp(), asRoot: false, askPassword: async () => undefined },
    never,
  );
  await expect(never1).rejects.toMatchObject({ code: 'not-confirmed' });
});

test.runIf(process.getuid?.() === 0)(
  '[BS-18] as root no password is asked for where the socket lets root in',
  async () => {
    const ask = async (): Promise<string> => {
      throw new Error('asked');
    };
    const direct = await signInForRestore({ address: { socket: server.socket }, askPassword: ask }, never);
    expect(direct.how).toBe('socket');
    const found = await signInForRestore(
      { address: tcp(), sockets: ['/none', server.socket], askPassword: ask },
      never,
    );
    expect(found.server.address).toEqual({ socket: server.socket });
  },
);

test.runIf(process.getuid?.() === 0)(
  '[LB-01] with nobody to ask, root signs in by the socket, and else the account of the conf; what is named is taken',
  async () => {
    const conf = { address: { socket: server.socket }, user: 'backup', password: async () => 'its own' };
    const unnamed = signInByOptions({ user: undefined, passwordFile: undefined });
    expect(await unnamed?.(conf, never)).toMatchObject({ user: 'root', address: conf.address });
    const elsewhere = { ...conf, address: { host: '192.0.2.1', port: 3306 } };
    expect(await unnamed?.(elsewhere, never)).toBe(elsewhere);
    const named = signInByOptions({ user: 'app', passwordFile: undefined });
    expect(await named?.(conf, never)).toMatchObject({ user: 'app', address: conf.address });
  },
);

test.runIf(process.getuid?.() === 0)(
  'the socket of another server on this machine is not taken',
  async () => {
    await using other = await startMariadb();
    const signedIn = await signInForRestore(
      { address: tcp(), sockets: [other.socket], askPassword: async () => server.password },
      never,
    );
    expect(signedIn).toMatchObject({ how: 'password', server: { address: tcp() } });
  },
);

test('where the socket does not let root in, the password is asked for', async () => {
  await server.sql("ALTER USER root@localhost IDENTIFIED BY 'by word'");
  const signedIn = await signInForRestore(
    { address: { socket: server.socket }, asRoot: true, askPassword: async () => 'by word' },
    never,
  );
  expect(signedIn).toMatchObject({ how: 'password', server: { address: { socket: server.socket } } });
});

test('a server that is not there is no matter of passwords', async () => {
  let asked = 0;
  const failure = signInForRestore(
    {
      address: { host: '127.0.0.1', port: 1 },
      asRoot: false,
      askPassword: async () => {
        asked++;
        return 'x';
      },
    },
    never,
  );
  const error: LifeboatError = await failure.then(
    () => undefined as never,
    (e) => e,
  );
  expect(error.code).toBe('database-unreachable');
  expect(asked).toBe(1);
});
