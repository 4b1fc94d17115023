import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connectMariadb } from '#sources/mariadb/connect.ts';
import { quoteName, quoteQualified } from '#sources/mariadb/quote-name.ts';
import { readLive } from '#sources/mariadb/target/read-live.ts';
import { serverOf } from './backup-to-folder.ts';
import type { TestMariadb } from './start-mariadb.ts';

const run = promisify(execFile);

/** All that can be seen of databases and accounts, in a form that shows what differs. */
export interface ServerState {
  /** SHOW CREATE of every object, checksums of every table, values of sequences. */
  objects: Record<string, unknown>;
  accounts: string[];
  databases: string[];
}

export async function serverState(server: TestMariadb, databases: string[]): Promise<ServerState> {
  const all = await server.sql('SHOW DATABASES');
  return {
    objects: Object.assign({}, ...(await Promise.all(databases.map((name) => objectsOf(server, name))))),
    accounts: await accountsOf(server),
    databases: all.map((row) => String(Object.values(row)[0])),
  };
}

async function objectsOf(server: TestMariadb, database: string): Promise<Record<string, unknown>> {
  await using connection = await connectMariadb(serverOf(server), new AbortController().signal);
  const live = await readLive(connection, database, [database]);
  if (!live) return { [database]: 'absent' };
  const state: Record<string, unknown> = { [database]: `${live.charset} ${live.collation}` };
  for (const table of live.tables) {
    const name = quoteQualified(database, table);
    const [shown] = await connection.query(`SHOW CREATE TABLE ${name}`);
    const ddl = String(shown?.['Create Table']);
    const [sum] = await connection.query(`CHECKSUM TABLE ${name} EXTENDED`);
    state[`${database}.${table}`] = { ddl, sum: sum?.['Checksum'] };
    if (!ddl.startsWith('CREATE SEQUENCE')) continue;
    state[`${database}.${table}`] = { ddl, next: await connection.query(`SELECT * FROM ${name}`) };
  }
  const { views, triggers, routines, events } = live;
  for (const [kind, list] of Object.entries({
    view: views,
    trigger: triggers,
    routine: routines,
    event: events,
  })) {
    for (const object of list) {
      const { ddl, context } = object;
      const type = 'type' in object ? ` ${object.type}` : '';
      state[`${kind}${type} ${database}.${object.name}`] = { ddl, context };
    }
  }
  state[`order of triggers of ${database}`] = triggers.map(({ name }) => name);
  state[`routine grants of ${database}`] = live.routineGrants;
  return state;
}

/** What mariadb-dump says, without its time stamps. */
export async function dumpOf(server: TestMariadb, databases: string[]): Promise<string> {
  const there = (await server.sql('SHOW DATABASES')).map((row) => String(Object.values(row)[0]));
  // mariadb-dump itself loses a database whose name is not ASCII as soon as it has routines.
  const chosen = databases.filter((name) => there.includes(name) && /^[\x20-\x7e]*$/.test(name));
  if (chosen.length === 0) return '';
  const { stdout } = await run(
    'mariadb-dump',
    [
      `--defaults-file=${server.clientConf}`,
      ...[
        '--routines',
        '--events',
        '--triggers',
        '--hex-blob',
        '--skip-dump-date',
        '--skip-comments',
        '--force',
      ],
      ...[
        '--skip-extended-insert',
        '--default-character-set=utf8mb4',
        '--order-by-primary',
        '--databases',
        ...chosen,
      ],
    ],
    { maxBuffer: 1 << 28 },
  );
  return stdout;
}

async function accountsOf(server: TestMariadb): Promise<string[]> {
  const rows = await server.sql(
    'SELECT User AS user, Host AS host, is_role AS role FROM mysql.user ORDER BY 1, 2',
  );
  const accounts: string[] = [];
  for (const { user, host, role } of rows) {
    const name =
      role === 'Y' ? quoteName(String(user)) : `${quoteName(String(user))}@${quoteName(String(host))}`;
    if (role !== 'Y') accounts.push(...(await server.sql(`SHOW CREATE USER ${name}`)).flatMap(Object.values));
    // In the order of a hash table.
    accounts.push(...(await server.sql(`SHOW GRANTS FOR ${name}`)).flatMap(Object.values).sort());
  }
  return accounts;
}
