import { createHash } from 'node:crypto';
import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectMariadb, type MariadbServer } from '#sources/mariadb/connect.ts';
import { readRows } from '#sources/mariadb/read-rows.ts';
import { greetingServer } from '../../fakes/mysql-greeting.ts';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

const CERTIFICATES = join(import.meta.dirname, 'tls');
const never = new AbortController().signal;

let folder: TemporaryFolder;
let db: TestMariadb;

beforeAll(async () => {
  folder = await temporaryFolder();
  await chmod(folder.path, 0o755);
  for (const file of ['ca.pem', 'server.pem', 'server.key', 'elsewhere.pem', 'elsewhere.key']) {
    await copyFile(join(CERTIFICATES, file), folder.file(file));
    // mariadbd runs as a user of its own.
    await chmod(folder.file(file), 0o644);
  }
  db = await startMariadb({
    conf: [...certificate('server'), 'max_allowed_packet=64M', 'plugin-load-add=auth_ed25519'],
  });
  await db.sql([
    `CREATE USER certified@'127.0.0.1' IDENTIFIED BY 'x' REQUIRE X509`,
    `CREATE USER encrypted@'127.0.0.1' IDENTIFIED BY 'x' REQUIRE SSL`,
    `CREATE USER locked@'127.0.0.1' IDENTIFIED BY 'x' ACCOUNT LOCK`,
    `CREATE USER elsewhere@'10.1.2.3' IDENTIFIED BY 'x'`,
  ]);
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

function certificate(name: string): string[] {
  return [
    `ssl_cert=${folder.file(`${name}.pem`)}`,
    `ssl_key=${folder.file(`${name}.key`)}`,
    `ssl_ca=${folder.file('ca.pem')}`,
  ];
}

function server(change: Partial<MariadbServer> = {}): MariadbServer {
  return {
    address: { host: '127.0.0.1', port: db.port },
    user: 'root',
    password: async () => db.password,
    ...change,
  };
}

function tls(change: Partial<NonNullable<MariadbServer['tls']>> = {}): MariadbServer['tls'] {
  return {
    ca: join(CERTIFICATES, 'ca.pem'),
    certificate: undefined,
    key: undefined,
    verify: true,
    ...change,
  };
}

/** The cipher of the session, empty if it is not encrypted. */
async function cipherOf(to: MariadbServer): Promise<string> {
  await using connection = await connectMariadb(to, never);
  const [row] = await connection.query<{ Value: string }>(`SHOW STATUS LIKE 'Ssl_cipher'`);
  return row?.Value ?? '';
}

describe('signing in', () => {
  test('by password over TCP; a password with quotes, blanks and $ is taken as it is', async () => {
    await using connection = await connectMariadb(server(), never);
    expect(connection.serverVersion).toMatch(/^10\.11\./);
    expect(connection.place).toBe(`127.0.0.1:${db.port}`);
    expect(await connection.query('SELECT CURRENT_USER() AS u')).toEqual([{ u: 'root@127.0.0.1' }]);
  });

  test('a password that takes its time to be read does not miss the greeting of the server', async () => {
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return db.password;
    };
    await using connection = await connectMariadb(server({ password: slow }), never);
    expect(connection.serverVersion).toMatch(/MariaDB/);
  });

  test.skipIf(process.getuid?.() !== 0)('as root by socket, without a password', async () => {
    const address = { socket: db.socket };
    await using connection = await connectMariadb(
      server({ address, password: async () => undefined }),
      never,
    );
    expect(await connection.query('SELECT CURRENT_USER() AS u')).toEqual([{ u: 'root@localhost' }]);
  });

  test('values come as the backup needs them: nothing rounded, nothing turned into a Date', async () => {
    await using connection = await connectMariadb(server(), never);
    const [row] = await connection.query(
      `SELECT 18446744073709551615 AS big, 1.10 AS exact, TIMESTAMP'0000-00-00 00:00:00' AS zero,
         JSON_OBJECT('a', 1) AS json, 7 AS small, ? AS text, NULL AS nothing`,
      [`it's \\ "ü漢😀`],
    );
    expect(row).toEqual({
      big: '18446744073709551615',
      exact: '1.10',
      zero: '0000-00-00 00:00:00',
      json: '{"a": 1}',
      small: 7,
      text: `it's \\ "ü漢😀`,
      nothing: null,
    });
  });

  test('limits of the server that would cut a result short do not hold', async () => {
    await db.sql([
      'SET GLOBAL sql_select_limit = 3',
      'SET GLOBAL max_statement_time = 0.2',
      'SET GLOBAL max_join_size = 10',
    ]);
    try {
      await using connection = await connectMariadb(server(), never);
      expect(await connection.query('SELECT seq FROM mysql.seq_1_to_500')).toHaveLength(500);
      expect(await connection.query('SELECT SLEEP(0.5) AS s')).toEqual([{ s: 0 }]);
    } finally {
      await db.sql([
        'SET GLOBAL sql_select_limit = DEFAULT',
        'SET GLOBAL max_statement_time = 0',
        'SET GLOBAL max_join_size = DEFAULT',
      ]);
    }
  });
});

describe('refusals, each by its name', () => {
  const refused = (to: MariadbServer) => expect(connectMariadb(to, never)).rejects;

  test('a wrong password, an unknown user, a locked account: login refused', async () => {
    for (const change of [
      { password: async () => 'wrong' },
      { password: async () => undefined },
      { user: 'nobody' },
      { user: 'locked', password: async () => 'x' },
      { user: 'elsewhere', password: async () => 'x' },
    ]) {
      await refused(server(change)).toMatchObject({
        code: 'database-login-refused',
        message: expect.stringContaining(`127.0.0.1:${db.port} refused user`),
        hint: expect.any(String),
      });
    }
  });

  test('the password stands in no message and no cause', async () => {
    const secret = 'se"cr\'et $PATH';
    const error = await connectMariadb(server({ password: async () => secret }), never).catch((e) => e);
    expect(JSON.stringify([error.message, error.hint, error.stack, { ...error.cause }])).not.toContain('cr');
  });

  test('nothing listens there, no such socket, no such host: unreachable', async () => {
    const silent = await greetingServer('x');
    await silent[Symbol.asyncDispose]();
    for (const address of [
      { host: '127.0.0.1', port: silent.port },
      { host: 'localhost', port: silent.port },
      { host: 'no-such-host.invalid', port: 3306 },
      { socket: '/nonexistent/mysqld.sock' },
    ]) {
      await refused(server({ address })).toMatchObject({
        code: 'database-unreachable',
        message: expect.stringMatching(/^cannot reach (127|localhost|no-such|\/nonex).+: .+/),
      });
    }
  });

  test('ed25519 is named as a plugin that is not there', async () => {
    // Only for this test: to hide which accounts there are, the server asks an unknown one for any plugin in use.
    await db.sql(`CREATE USER modern@'127.0.0.1' IDENTIFIED VIA ed25519 USING PASSWORD('x')`);
    await refused(server({ user: 'modern', password: async () => 'x' })).toMatchObject({
      code: 'database-unsupported',
      message: expect.stringContaining('ed25519'),
      hint: expect.stringContaining('mysql_native_password'),
    });
    await db.sql(`DROP USER modern@'127.0.0.1'`);
  });

  test.each([
    ['8.0.36', 'is MySQL 8.0.36, not MariaDB'],
    ['8.4.2-commercial', 'is MySQL 8.4.2-commercial'],
    ['5.5.5-10.3.39-MariaDB-log', 'is MariaDB 10.3, below 10.4'],
  ])('%s is refused by name, before credentials are sent', async (version, message) => {
    await using fake = await greetingServer(version);
    await refused(server({ address: { host: '127.0.0.1', port: fake.port } })).toMatchObject({
      code: 'database-unsupported',
      message: expect.stringContaining(message),
    });
    expect(fake.received()).toBe(0);
  });
});

describe('TLS', () => {
  test('with the own CA, verified against the address', async () => {
    expect(await cipherOf(server({ tls: tls() }))).not.toBe('');
    expect(await cipherOf(server())).toBe('');
  });

  test('another CA, and no CA at all, are refused', async () => {
    for (const ca of [join(CERTIFICATES, 'other-ca.pem'), undefined]) {
      await expect(connectMariadb(server({ tls: tls({ ca }) }), never)).rejects.toMatchObject({
        code: 'database-tls-failed',
        message: expect.stringMatching(/TLS with 127\.0\.0\.1:\d+ failed: .*(self-signed|verify|issuer)/),
      });
    }
  });

  test('a certificate for another name is refused, and taken only with verification off', async () => {
    await using other = await startMariadb({ conf: certificate('elsewhere') });
    const to = (verify: boolean) => ({
      ...server({ tls: tls({ verify }) }),
      address: { host: '127.0.0.1', port: other.port },
    });
    await expect(connectMariadb(to(true), never)).rejects.toMatchObject({
      code: 'database-tls-failed',
      message: expect.stringContaining('does not match'),
    });
    expect(await cipherOf(to(false))).not.toBe('');
  });

  test('a server without a certificate is refused when TLS is asked for', async () => {
    await using bare = await startMariadb();
    const address = { host: '127.0.0.1', port: bare.port };
    await expect(connectMariadb(server({ address, tls: tls() }), never)).rejects.toMatchObject({
      code: 'database-tls-failed',
      message: `127.0.0.1:${bare.port} offers no TLS`,
    });
  });

  test('rows are read off the decrypted stream, small ones and one of 20 MiB', async () => {
    const select = `SELECT seq, REPEAT(CHAR(seq % 256), IF(seq = 700, 20 << 20, seq)) FROM mysql.seq_1_to_900`;
    const hashOf = async (to: MariadbServer) => {
      await using connection = await connectMariadb(to, never);
      const hash = createHash('sha256');
      const { rows } = await readRows(connection, select, async (block) => void hash.update(block), never);
      expect(await connection.query('SELECT 1 AS a')).toEqual([{ a: 1 }]);
      return { rows, sha256: hash.digest('hex') };
    };
    const plain = await hashOf(server());
    expect(plain.rows).toBe(900);
    expect(await hashOf(server({ tls: tls() }))).toEqual(plain);
  });

  test('signing in with a client certificate', async () => {
    const certified = { user: 'certified', password: async () => 'x' };
    const own = { certificate: join(CERTIFICATES, 'client.pem'), key: join(CERTIFICATES, 'client.key') };
    expect(await cipherOf(server({ ...certified, tls: tls(own) }))).not.toBe('');
    await expect(connectMariadb(server({ ...certified, tls: tls() }), never)).rejects.toMatchObject({
      code: 'database-login-refused',
    });
    await expect(
      connectMariadb(server({ user: 'encrypted', password: async () => 'x' }), never),
    ).rejects.toMatchObject({ code: 'database-login-refused' });
  });

  test('TLS files that are missing or do not belong together are named', async () => {
    await expect(
      connectMariadb(server({ tls: tls({ ca: '/nonexistent/ca.pem' }) }), never),
    ).rejects.toMatchObject({
      code: 'database-tls-failed',
      message: 'cannot read the TLS file /nonexistent/ca.pem: ENOENT',
    });
    const mixed = { certificate: join(CERTIFICATES, 'client.pem'), key: join(CERTIFICATES, 'server.key') };
    await expect(connectMariadb(server({ tls: tls(mixed) }), never)).rejects.toMatchObject({
      code: 'database-tls-failed',
      message: expect.stringContaining('client.pem'),
    });
  });
});

describe('a session that ends', () => {
  /** Statements of other sessions that hold this comment. */
  async function running(mark: string): Promise<number> {
    const rows = await db.sql(
      `SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE '%${mark}%' AND ID <> CONNECTION_ID()`,
    );
    return rows.length;
  }

  test.each([
    ['a statement that waits', 'SELECT SLEEP(300)'],
    ['a statement that computes', `SELECT BENCHMARK(1000000000000, MD5('x'))`],
  ])('an abort ends %s on the server too', async (_name, statement) => {
    const stop = new AbortController();
    await using connection = await connectMariadb(server(), stop.signal);
    const mark = `mark ${statement.length}`;
    const result = connection.query(`${statement} /* ${mark} */`).catch((error) => error);
    await expect.poll(() => running(mark), { timeout: 5000 }).toBe(1);
    const reason = new Error('stopped by a person');
    const began = performance.now();
    stop.abort(reason);
    expect(await result).toBe(reason);
    expect(performance.now() - began).toBeLessThan(500);
    await connection.close();
    await expect.poll(() => running(mark), { timeout: 5000 }).toBe(0);
    await expect(connection.query('SELECT 1')).rejects.toBe(reason);
  });

  test('an abort while signing in rejects with its reason', async () => {
    await using silent = await greetingServer('5.5.5-10.11.6-MariaDB');
    const address = { host: '127.0.0.1', port: silent.port };
    const reason = new Error('stopped');
    await expect(
      connectMariadb(server({ address }), AbortSignal.any([AbortSignal.timeout(200), aborting(reason)])),
    ).rejects.toBe(reason);
  });

  test('a killed session fails its statement and all later ones by name', async () => {
    await using connection = await connectMariadb(server(), never);
    const result = connection.query('SELECT SLEEP(300) /* to be killed */').catch((error) => error);
    await expect.poll(() => running('to be killed')).toBe(1);
    await db.sql(`KILL ${connection.threadId}`);
    expect(await result).toMatchObject({ name: 'LifeboatError' });
    await expect(connection.query('SELECT 1')).rejects.toMatchObject({ code: 'database-unreachable' });
  });

  test('a failing statement leaves the session usable and keeps the statement out of the error', async () => {
    await using connection = await connectMariadb(server(), never);
    const error = await connection
      .query(`SELECT no_such_column /* hash *ABC */ FROM mysql.user`)
      .catch((e) => e);
    expect(error).toMatchObject({
      code: 'database-failed',
      message: expect.stringContaining('(error 1054)'),
    });
    expect(JSON.stringify({ ...error, ...error.cause })).not.toContain('*ABC');
    expect(await connection.query('SELECT 1 AS a')).toEqual([{ a: 1 }]);
  });
});

function aborting(reason: Error): AbortSignal {
  const stop = new AbortController();
  setTimeout(() => stop.abort(reason), 50);
  return stop.signal;
}
