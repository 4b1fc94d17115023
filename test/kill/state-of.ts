import { copyFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { serverState } from '../engines/mariadb/server-state.ts';
import type { TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { wholeState } from '../engines/mariadb/whole-state.ts';
import { treeState } from '../fakes/tree-state.ts';

export interface KillPlaces {
  readonly server: TestMariadb;
  readonly root: string;
  /** Where the SQLite database is copied to, to be read without touching it. */
  readonly scratch: string;
}

/** Two databases of the set, and one beside it that leads into them. */
const DATABASES = ['ac', 'ta', 'other'];

/** Everything that belongs to a state, a line for each fact; what is staged or kept beside it is not of it. */
export async function stateOf(places: KillPlaces): Promise<string[]> {
  const { accounts } = await serverState(places.server, []);
  return [
    ...filesOf(places.root),
    ...(await sqliteOf(places)),
    ...(await wholeState(places.server, DATABASES)).filter((fact) => !ASIDE.test(fact)),
    ...accounts.map((line) => `account ${line}`),
  ];
}

/** A view of the other state that cannot move to another database waits under a name of its own. */
const ASIDE = /^[A-Z]+ \w+\.lb_\w+_view_/;

/** Folders of which only single files, or nothing, is saved, and the SQLite database, which is asked for its rows. */
const NOT_SAVED = /^\.(?:\/(?:cert|conf))?\/ |^\.\/db\/log\.db/;
/** Files come and go in it while the database beside them is exchanged. */
const UNTIMED = /^\.\/db\/ /;

function filesOf(root: string): string[] {
  const { lines, times } = treeState(root);
  return lines.flatMap((line, index) => {
    if (line.includes('.lifeboat-') || NOT_SAVED.test(line)) return [];
    return UNTIMED.test(line) ? [line] : [`${line} ${times[index]}`];
  });
}

/** By a copy: reading it in its place would leave files beside it. It must be sound and take a row. */
async function sqliteOf({ root, scratch }: KillPlaces): Promise<string[]> {
  const folder = join(root, 'db');
  const names = (await readdir(folder)).filter((name) => /^log\.db(-wal)?$/.test(name));
  for (const name of names) await copyFile(join(folder, name), join(scratch, name));
  const database = new DatabaseSync(join(scratch, 'log.db'));
  try {
    const ask = (sql: string): string[] =>
      database
        .prepare(sql)
        .all()
        .map((row) => `sqlite ${JSON.stringify(row)}`);
    const facts = ['PRAGMA integrity_check', 'SELECT * FROM sqlite_schema', 'SELECT * FROM line'].flatMap(
      ask,
    );
    database.exec("INSERT INTO line (text) VALUES ('it takes a row')");
    return facts;
  } finally {
    database.close();
    for (const name of await readdir(scratch)) await rm(join(scratch, name));
  }
}
