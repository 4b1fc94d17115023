import { expect } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { mariadbSource } from '#sources/mariadb/mariadb-source.ts';
import { type SavedSet, savedSet } from '../../fakes/saved-set.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { serverOf } from './backup-to-folder.ts';
import { restoreOf } from './restore-databases.ts';
import { dumpOf } from './server-state.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';
import { wholeState } from './whole-state.ts';

/** A server that is backed up and another that knows nothing of it. */
export interface TwoServers extends AsyncDisposable {
  readonly source: TestMariadb;
  readonly fresh: TestMariadb;
}

export interface RoundTripOptions {
  /** Facts that a server itself does not carry over; each must be about one on either side. */
  loses?: RegExp[];
  /** Databases that mariadb-dump cannot dump itself are compared without it. */
  dump?: boolean;
  /** More changes of the live system before the restore over it, in the first database. */
  spoil?: string[];
}

/** What a person was told: notes of the backup, then of each restore. */
export interface RoundTripNotes {
  backup: string[];
  fresh: string[];
  over: string[];
}

export const SESSION = [
  'SET NAMES utf8mb4',
  "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00'",
];

export async function twoServers(conf: string[] = []): Promise<TwoServers> {
  const options = { conf: ['max_allowed_packet=256M', 'character-set-server=utf8mb4', ...conf] };
  const [source, fresh] = await Promise.all([startMariadb(options), startMariadb(options)]);
  return {
    source,
    fresh,
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]();
      await fresh[Symbol.asyncDispose]();
    },
  };
}

/**
 * Makes the databases of `set` on the source, backs them up into a real archive, restores it on the server
 * that knows nothing of them, then over the source after everything there was changed, and takes that back.
 * Every time all that can be seen must be as it was. `statements` begin in the first database of the set; a
 * function fills the databases itself.
 */
export async function roundTrip(
  servers: TwoServers,
  set: readonly string[],
  statements: readonly string[] | ((source: TestMariadb) => Promise<void>),
  options: RoundTripOptions = {},
): Promise<RoundTripNotes> {
  const { source, fresh } = servers;
  const made = set.map((name) => `CREATE OR REPLACE DATABASE ${quote(name)}`);
  const given = typeof statements === 'function' ? [] : [`USE ${quote(set[0] ?? '')}`, ...statements];
  await source.sql([...SESSION, ...made, ...given]);
  if (typeof statements === 'function') await statements(source);
  await using folder = await temporaryFolder();
  const before = await allOf(source, set, options);
  await using backup = await savedSet(folder.path, [sourceOf(source, set)]);
  const notes = backup.records.flatMap((record) => record.notes).map(({ code, what }) => `${code} ${what}`);

  const onFresh = await restored(backup, fresh);
  const after = await allOf(fresh, set, options);
  expectSame(after, before, options, 'on a fresh server');
  for (const lost of options.loses ?? []) {
    const same = before.facts.filter((line) => lost.test(line) && after.facts.includes(line));
    expect(same, 'said to be lost but is not').toEqual([]);
  }
  await dropAll(fresh, set);

  if (options.spoil) await source.sql([...SESSION, ...options.spoil], set[0]);
  await spoil(source, set);
  const spoilt = await wholeState(source, set);
  expect(spoilt, 'changes were made').not.toEqual(before.facts);
  const over = await restored(backup, source, async (undo) => {
    // Invalid live views wait beside it until the old state is forgotten, which mariadb-dump would show; accounts
    // that are there are not altered, so rights on what was dropped meanwhile stay lost.
    const lasting = (fact: string) => !/\blb_\w+_view_\w+\b|^grant in /.test(fact);
    const now = (await wholeState(source, set)).filter(lasting);
    const then = { facts: before.facts.filter(lasting), dump: before.dump };
    expectSame({ ...then, facts: now }, then, options, 'over a changed system');
    await undo();
    expect(await wholeState(source, set), 'taken back').toEqual(spoilt);
  });
  await dropAll(source, set);
  return { backup: notes, fresh: onFresh, over };
}

export function sourceOf(server: TestMariadb, databases: readonly string[]) {
  return mariadbSource({
    name: 'main',
    server: serverOf(server),
    databases: [...databases],
    importance: 'normal',
    exact: 'snapshot',
    clock: systemClock(),
  });
}

export async function restored(
  backup: SavedSet,
  server: TestMariadb,
  then: (undo: () => Promise<void>) => Promise<void> = async () => undefined,
): Promise<string[]> {
  await using restore = await restoreOf(backup, server);
  await restore.prepare();
  await restore.switchOver();
  await then(() => restore.undo());
  return [...restore.target.notes];
}

interface All {
  facts: string[];
  dump: string[];
}

async function allOf(
  server: TestMariadb,
  set: readonly string[],
  { dump = true }: RoundTripOptions,
): Promise<All> {
  return {
    facts: await wholeState(server, set),
    dump: dump ? withoutOrder((await dumpOf(server, [...set])).split('\n')) : [],
  };
}

/** Rows of a table without a key may lie in any order. */
function withoutOrder(lines: string[]): string[] {
  const rows = lines.filter((line) => line.startsWith('INSERT INTO ')).sort();
  return [...lines.filter((line) => !line.startsWith('INSERT INTO ')), ...rows];
}

function expectSame(after: All, before: All, { loses = [] }: RoundTripOptions, where: string): void {
  const kept = (lines: string[]) => lines.filter((line) => !loses.some((lost) => lost.test(line)));
  expect(kept(after.facts), where).toEqual(kept(before.facts));
  expect(kept(after.dump), `${where}: mariadb-dump`).toEqual(kept(before.dump));
}

/** Changes of every kind to whatever there is; what an engine refuses stays as it was. */
async function spoil(server: TestMariadb, set: readonly string[]): Promise<void> {
  for (const database of set) {
    const objects = await server.sql(
      `SELECT TABLE_NAME AS name, TABLE_TYPE AS type FROM information_schema.TABLES
       WHERE TABLE_SCHEMA = ${text(database)} ORDER BY TABLE_NAME`,
    );
    const changes = objects.flatMap(({ name, type }, i) => {
      const place = quote(String(name));
      if (type === 'VIEW') return i % 2 === 0 ? [`DROP VIEW ${place}`] : [];
      if (type === 'SEQUENCE') return [`SELECT NEXTVAL(${place})`];
      return [
        [`DROP TABLE ${place}`],
        [`DELETE FROM ${place} LIMIT 1`, `ALTER TABLE ${place} COMMENT = 'spoilt'`],
        [`ALTER TABLE ${place} ADD COLUMN spoilt INT`],
      ][i % 3]!;
    });
    const routines = await server.sql(
      `SELECT ROUTINE_TYPE AS type, ROUTINE_NAME AS name FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ${text(database)}`,
    );
    await attemptAll(server, database, [
      ...changes,
      ...routines
        .filter((_, i) => i % 2 === 0)
        .map(({ type, name }) => `DROP ${type} ${quote(String(name))}`),
      'CREATE TABLE `spoilt by` (a INT PRIMARY KEY, t TEXT)',
      "INSERT INTO `spoilt by` VALUES (1, 'ß')",
      'CREATE VIEW `spoilt view` AS SELECT * FROM `spoilt by`',
      'CREATE TRIGGER `spoilt trigger` BEFORE INSERT ON `spoilt by` FOR EACH ROW SET NEW.a = 1',
      'CREATE PROCEDURE `spoilt procedure`() SELECT 1',
      "ALTER DATABASE COMMENT = 'spoilt'",
    ]);
  }
}

async function attemptAll(server: TestMariadb, database: string, statements: string[]): Promise<void> {
  const connection = await server.connect({ database });
  try {
    await connection.query(
      "SET SESSION foreign_key_checks = 0, sql_mode = '', system_versioning_alter_history = 'KEEP'",
    );
    for (const statement of statements) await connection.query(statement).catch(() => undefined);
  } finally {
    connection.destroy();
  }
}

async function dropAll(server: TestMariadb, set: readonly string[]): Promise<void> {
  await server.sql(['SET foreign_key_checks = 0', ...set.map((name) => `DROP DATABASE ${quote(name)}`)]);
}

export function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
