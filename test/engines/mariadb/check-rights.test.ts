import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { mariadbSource } from '#sources/mariadb/mariadb-source.ts';
import type { MemberSink, Source } from '#sources/source.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

const never = new AbortController().signal;

/** All that a backup needs and no more, as docs and messages name it. */
const FULL = [
  'RELOAD ON *.*',
  'SELECT ON mysql.*',
  'SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON `a\\_b`.*',
];

let db: TestMariadb;
beforeAll(async () => {
  db = await startMariadb();
  await db.sql([
    'CREATE DATABASE a_b',
    'USE a_b',
    'CREATE TABLE t (a INT PRIMARY KEY)',
    'INSERT INTO t VALUES (1), (2)',
    'CREATE TABLE plain (a INT) ENGINE = MyISAM',
    'CREATE SEQUENCE s',
    'CREATE VIEW v AS SELECT a FROM t',
    'CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET @a = 1',
    'CREATE PROCEDURE p() SELECT 1',
    'CREATE FUNCTION f() RETURNS INT RETURN 1',
    'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SET @a = 1',
    `CREATE USER keeper@localhost IDENTIFIED BY 'k'`,
    'GRANT SELECT ON a_b.* TO keeper@localhost',
    'CREATE DATABASE no_plain',
    'CREATE TABLE no_plain.t (a INT)',
  ]);
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

/** A source that signs in as an account with exactly these grants. */
async function sourceOf(
  grants: string[],
  change: { databases?: string[]; importance?: 'normal' | 'optional' } = {},
): Promise<Source> {
  await db.sql([
    `CREATE OR REPLACE USER saver@'127.0.0.1' IDENTIFIED BY 'x'`,
    ...grants.map((grant) => `GRANT ${grant} TO saver@'127.0.0.1'`),
  ]);
  return mariadbSource({
    name: 'main',
    server: {
      address: { host: '127.0.0.1', port: db.port },
      user: 'saver',
      password: async () => 'x',
    },
    databases: ['a_b'],
    importance: 'normal',
    exact: 'snapshot',
    clock: systemClock(),
    ...change,
  });
}

const nowhere: MemberSink = {
  async add(path, content) {
    if (typeof content === 'function') for await (const _ of content());
    return { path, bytes: 0, sha256: '' };
  },
};

describe('an account with the rights that are named, and no other', () => {
  test('backs up every kind of object', async () => {
    const source = await sourceOf(FULL);
    expect(await source.check(never)).toMatchObject({ findings: [] });
    await using view = await source.freeze(never);
    const options = { signal: never, compression: 'Fast' as const, onBytes: () => undefined };
    const records = await Promise.all(
      view.components.map((component) => component.writeTo(nowhere, options)),
    );
    expect(records).toMatchObject([
      {
        id: 'mariadb/main/a_b',
        items: 2,
        rows: 2,
        details: { views: 1, triggers: 1, routines: 2, events: 1, sequences: 1 },
      },
      { id: 'mariadb/main', kind: 'mariadb-accounts' },
    ]);
    expect(records[1]?.items).toBeGreaterThan(1);
  });

  test('may have them by a role', async () => {
    await db.sql(['CREATE OR REPLACE ROLE saving', ...FULL.map((grant) => `GRANT ${grant} TO saving`)]);
    const source = await sourceOf(['saving']);
    await db.sql(`SET DEFAULT ROLE saving FOR saver@'127.0.0.1'`);
    expect((await source.check(never)).findings).toEqual([]);
  });
});

describe('each missing right is named, before anything is read', () => {
  const without = (right: string) =>
    FULL.map((grant) => grant.replace(right, 'USAGE')).filter((g) => !g.startsWith('USAGE'));
  test.each([
    ['RELOAD', without('RELOAD'), 'lacks RELOAD on the server', 'GRANT RELOAD ON *.* TO `saver`@`127.0.0.1`'],
    ['SELECT on mysql', without('SELECT ON mysql'), 'lacks SELECT on the database mysql', 'ON mysql.*'],
    ...['SHOW VIEW', 'TRIGGER', 'EVENT', 'LOCK TABLES'].map((right): [string, string[], string, string] => [
      right,
      FULL.map((grant) => grant.replace(`, ${right}`, '')),
      `lacks ${right} on the database a_b`,
      `GRANT ${right} ON \`a\\_b\`.* TO`,
    ]),
    [
      'everything on the database',
      FULL.slice(0, 2),
      'lacks SELECT, SHOW VIEW, TRIGGER, EVENT on the database a_b',
      'GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON',
    ],
    [
      'all but those on one table',
      [...FULL.slice(0, 2), 'SELECT, TRIGGER, SHOW VIEW ON a_b.t'],
      'lacks SELECT, SHOW VIEW, TRIGGER, EVENT on the database a_b',
      'GRANT SELECT',
    ],
  ])('%s', async (_name, grants, message, hint) => {
    const source = await sourceOf(grants);
    const { findings } = await source.check(never);
    expect(findings).toHaveLength(
      _name.startsWith('all but') || _name.startsWith('everything') ? 1 : findings.length,
    );
    expect(findings).toContainEqual({
      level: 'problem',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
    await expect(source.freeze(never)).rejects.toMatchObject({
      code: 'database-right-missing',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  test('LOCK TABLES is asked for only where a table has no transactions', async () => {
    const grants = [...FULL.slice(0, 2), 'SELECT, SHOW VIEW, TRIGGER, EVENT ON `no\\_plain`.*'];
    const source = await sourceOf(grants, { databases: ['no_plain'] });
    expect((await source.check(never)).findings).toEqual([]);
  });
});

describe('a database that is not there', () => {
  test('alone: the backup fails by name', async () => {
    const source = await sourceOf(['ALL ON *.*'], { databases: ['acx'] });
    const message = `there is no database acx on 127.0.0.1:${db.port}`;
    expect((await source.check(never)).findings).toMatchObject([{ level: 'problem', message }]);
    await expect(source.freeze(never)).rejects.toMatchObject({ code: 'database-missing', message });
  });

  test('beside others: those are saved, and it is a component of state missing', async () => {
    const source = await sourceOf(['ALL ON *.*'], { databases: ['a_b', 'A_B', 'ta'] });
    await using view = await source.freeze(never);
    const options = { signal: never, compression: 'Fast' as const, onBytes: () => undefined };
    const records = await Promise.all(
      view.components.map((component) => component.writeTo(nowhere, options)),
    );
    expect(records.map(({ id, state }) => [id, state])).toEqual([
      ['mariadb/main/a_b', 'complete'],
      ['mariadb/main/A_B', 'missing'],
      ['mariadb/main/ta', 'missing'],
      ['mariadb/main', 'complete'],
    ]);
    expect(records[2]?.notes).toEqual([
      { code: 'missing', what: `there is no database ta on 127.0.0.1:${db.port}` },
    ]);
  });

  test('optional and alone: nothing fails', async () => {
    const source = await sourceOf(['ALL ON *.*'], { databases: ['acx'], importance: 'optional' });
    expect((await source.check(never)).findings).toMatchObject([{ level: 'warning' }]);
    await using view = await source.freeze(never);
    const options = { signal: never, compression: 'Fast' as const, onBytes: () => undefined };
    expect(await view.components[0]?.writeTo(nowhere, options)).toMatchObject({ state: 'missing' });
  });
});

test('check names an unreachable server and a wrong password instead of throwing', async () => {
  const source = await sourceOf(FULL);
  await db.sql(`SET PASSWORD FOR saver@'127.0.0.1' = PASSWORD('other')`);
  expect(await source.check(never)).toMatchObject({
    source: 'mariadb/main',
    findings: [
      {
        level: 'problem',
        message: expect.stringContaining('refused user "saver"'),
        hint: expect.any(String),
      },
    ],
  });
});
