import { shellQuoted } from '../../../../platform/shell-quoted.ts';
import type { Connection } from '../../connect.ts';
import { quoteName, quoteQualified } from '../../quote-name.ts';
import { dropDamaged, listDamaged, renewDatabase } from '../damaged-tables.ts';
import { dropKey } from '../objects/key-statements.ts';
import { dropRoutine } from '../objects/routine-statements.ts';
import { asideName } from './aside-name.ts';
import { invalidViews } from './invalid-views.ts';
import type { SwitchParts } from './switch-parts.ts';
import type { SwitchedDatabase } from './switch-state.ts';

/** Takes away what would hinder the RENAME, then moves live tables out and staged ones in. */
export async function switchTables(connection: Connection, parts: SwitchParts): Promise<void> {
  const { state, files, log } = parts;
  const { databases } = state;
  await parts.onStep('drop-damaged');
  await takeDamagedAway(connection, parts);
  await parts.onStep('make-databases');
  await log.before({
    what: `take triggers, views, routines and events of ${databases.map((d) => d.database).join(', ')} away, which are saved`,
    goBack: `mariadb < ${shellQuoted(files.beforeRename)}`,
  });
  for (const { old, database, live } of databases) {
    await connection.query(`CREATE DATABASE ${quoteName(old)}`);
    if (live === undefined) await connection.query(`CREATE DATABASE ${quoteName(database)}`);
  }
  await parts.onStep('drop-keys');
  const keys = [...state.inwardKeys, ...databases.flatMap(({ live }) => live?.foreignKeys ?? [])];
  for (const key of keys) await connection.query(dropKey(key));
  await parts.onStep('drop-objects');
  // Before all else, so that none runs between.
  for (const { database, live } of databases) {
    for (const { name } of live?.events ?? []) {
      await connection.query(`DROP EVENT ${quoteQualified(database, name)}`);
    }
  }
  for (const database of databases) await dropObjects(connection, database);
  await parts.onStep('rename');
  await log.before({
    what: `rename: live tables into ${databases.map((d) => d.old).join(', ')}, staged ones into their place`,
    goBack: `mariadb < ${shellQuoted(files.afterRename)} if ${databases[0]?.old} holds tables, else as in the step before`,
  });
  await renameTables(connection, databases);
  await log.done('tables are in their place');
}

async function takeDamagedAway(connection: Connection, { state, log, note }: SwitchParts): Promise<void> {
  const damaged = state.databases.flatMap(({ database, damaged: tables }) =>
    tables.map((table) => ({ database, table })),
  );
  if (damaged.length === 0) return;
  const list = listDamaged(damaged);
  await log.before({
    what: `drop damaged tables ${list}`,
    goBack: 'not possible: the server cannot open them',
  });
  await dropDamaged(connection, damaged);
  note(`damaged tables were dropped and are not in the old state that is kept: ${list}`);
}

async function dropObjects(connection: Connection, o: SwitchedDatabase): Promise<void> {
  if (o.live === undefined) return;
  const place = (name: string) => quoteQualified(o.database, name);
  // The last first: what is left when it stops runs in the order in which it ran.
  for (const { name } of o.live.triggers.toReversed()) await connection.query(`DROP TRIGGER ${place(name)}`);
  for (const view of invalidViews(o)) {
    await connection.query(`RENAME TABLE ${place(view)} TO ${place(asideName(o.old, view))}`);
  }
  for (const { name, valid } of o.live.views) {
    if (valid) await connection.query(`DROP VIEW ${place(name)}`);
  }
  for (const routine of o.live.routines) {
    for (const statement of dropRoutine(o.database, routine)) await connection.query(statement);
  }
}

/** One statement, so all or nothing; only a database with damaged tables has to be emptied first. */
async function renameTables(connection: Connection, databases: readonly SwitchedDatabase[]): Promise<void> {
  const { out, into } = renamePairs(databases);
  const rename = async (pairs: string[]): Promise<void> => {
    if (pairs.length > 0) await connection.query(`RENAME TABLE ${pairs.join(', ')}`);
  };
  const damaged = databases.filter((database) => database.damaged.length > 0);
  if (damaged.length === 0) return await rename([...out, ...into]);
  await rename(out);
  for (const { database, live, damaged: tables } of damaged) {
    if (live) await renewDatabase(connection, { name: database, ...live }, tables);
  }
  await rename(into);
}

function renamePairs(databases: readonly SwitchedDatabase[]): { out: string[]; into: string[] } {
  const pair = (from: string, to: string) => (name: string) =>
    `${quoteQualified(from, name)} TO ${quoteQualified(to, name)}`;
  const out = databases.flatMap((d) => (d.live?.tables ?? []).map(pair(d.database, d.old)));
  const into = databases.flatMap((d) => d.brings.tables.map(pair(d.staging, d.database)));
  return { out, into };
}
