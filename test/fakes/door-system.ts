import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { serverState } from '../engines/mariadb/server-state.ts';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { openTerminal, type Terminal, type TerminalOptions } from './terminal.ts';

const repository = join(import.meta.dirname, '..', '..');

/** Two databases on a real MariaDB, a SQLite database, folders and conf files, and a good backup of them all. */
export interface DoorSystem extends AsyncDisposable {
  readonly server: TestMariadb;
  readonly root: string;
  readonly conf: string;
  readonly backups: string;
  readonly state: string;
  /** The good archive, number 1. */
  readonly archive: string;
  /** A path beside all of these. */
  file(name: string): string;
  confText(changes?: ConfChanges): string;
  backup(conf?: string): string;
  /** The restore tool without a command, in a terminal of its own. */
  wizard(options?: TerminalOptions & { conf?: string; args?: string[] }): Promise<Terminal>;
  /** Checksums of every live thing, conf and archives included, and what restores are logged. */
  everything(): Promise<Record<string, unknown>>;
  /** The same of what the archive holds: what a restore has to bring back. */
  saved(): Promise<Record<string, unknown>>;
  /** Databases and an account dropped, folders deleted, files overwritten. */
  ruin(): Promise<void>;
  /** Puts all of it back as it was, and forgets what restores kept. */
  heal(): Promise<void>;
}

export interface ConfChanges {
  address?: string;
  id?: string;
  more?: string;
}

const DATABASES = ['ac', 'ta'];
export const SYSTEM_NAME = 'Door Control';
const SYSTEM_ID = '0190-door';

export async function doorSystem(): Promise<DoorSystem> {
  await using made = new AsyncDisposableStack();
  const folder = made.use(await temporaryFolder());
  const server = made.use(await startMariadb());
  const root = folder.file('Door Control (x64)');
  const conf = folder.file('sysbackup.conf');
  const backups = folder.file('Sicherung für Türen');
  const state = folder.file('state');
  const passwordFile = folder.file('password');
  const started = folder.file('the system was started');
  const confText = (changes: ConfChanges = {}): string =>
    confOf({ root, backups, state, passwordFile, started, address: `port = ${server.port}`, ...changes });

  const fill = async (): Promise<void> => {
    await writeFiles(root);
    await writeFile(conf, confText(), { mode: 0o600 });
    await server.sql(statements());
  };
  await mkdir(backups, { recursive: true });
  await writeFile(passwordFile, `${server.password}\n`, { mode: 0o600 });
  await fill();

  const backup = (file = conf): string => {
    const before = new Set(zipsIn(backups));
    const ended = runTool('service', ['--conf', file, 'backup']);
    const archive = zipsIn(backups).find((name) => !before.has(name));
    if (archive === undefined) throw new Error(`no archive was made: ${ended}`);
    return join(backups, archive);
  };
  const saved = async (): Promise<Record<string, unknown>> => ({
    ...(await treeOf(root)),
    'sysbackup.conf': await digest(conf),
    databases: (await serverState(server, DATABASES)).objects,
    accounts: (await serverState(server, [])).accounts,
  });
  const archive = backup();
  const kept = made.move();
  return {
    server,
    root,
    conf,
    backups,
    state,
    archive,
    file: (name) => folder.file(name),
    confText,
    backup,
    wizard: ({ args = [], ...options } = {}) =>
      openTerminal(
        [
          process.execPath,
          join(repository, 'apps', 'restore', 'main.ts'),
          '--conf',
          options.conf ?? conf,
          ...args,
        ],
        { rows: 40, ...options },
      ),
    saved,
    async everything() {
      const { accounts, databases } = await serverState(server, DATABASES);
      return {
        ...(existsSync(root) ? await treeOf(root) : { root: 'absent' }),
        'sysbackup.conf': existsSync(conf) ? await digest(conf) : 'absent',
        archives: await treeOf(backups),
        started: existsSync(started),
        restores: existsSync(join(state, 'restores')) ? await readdir(join(state, 'restores')) : [],
        objects: (await serverState(server, DATABASES)).objects,
        accounts,
        names: databases,
        localInfile: await server.sql('SELECT @@global.local_infile AS `on`'),
      };
    },
    async ruin() {
      await server.sql([...dropping(DATABASES), 'DROP USER app@localhost']);
      await rm(join(root, 'image'), { recursive: true });
      await rm(join(root, 'cert'), { recursive: true });
      await writeFile(join(root, 'data', 'event.db'), 'not a database');
      await writeFile(join(root, 'conf', 'enckey'), 'another key\n');
    },
    async heal() {
      const names = (await server.sql('SHOW DATABASES')).map((row) => String(Object.values(row)[0]));
      const ours = names.filter((name) => DATABASES.includes(name) || name.startsWith('lb_'));
      await server.sql(['SET GLOBAL local_infile = 1', ...dropping(ours)]);
      for (const path of [root, state, started]) await rm(path, { recursive: true, force: true });
      await fill();
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Runs one of the two programs to its end; a failure goes into the failed test as a whole. */
export function runTool(program: 'service' | 'restore', args: readonly string[]): string {
  const main = join(repository, 'apps', program, 'main.ts');
  const ended = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  if (ended.status !== 0 && ended.status !== 3) {
    throw new Error(
      `${program} ${args.join(' ')} ended with ${ended.status}\n${ended.stdout}${ended.stderr}`,
    );
  }
  return ended.stdout;
}

function confOf(
  o: ConfChanges & Record<'root' | 'backups' | 'state' | 'passwordFile' | 'started', string>,
): string {
  return `[system]
name = ${SYSTEM_NAME}
root = ${o.root}
version_file = VERSION
id = ${o.id ?? SYSTEM_ID}
start = touch "${o.started}"

[mariadb main]
${o.address}
user = root
password_file = ${o.passwordFile}
databases = ac, ta

[sqlite event]
path = data/event.db

[folder cert]
path = cert

[folder image]
path = image

[file enckey]
path = conf/enckey
required = yes

${o.more ?? ''}
[backup]
path = ${o.backups}
state = ${o.state}
`;
}

async function writeFiles(root: string): Promise<void> {
  for (const name of ['cert', 'conf', 'data', 'image/empty'])
    await mkdir(join(root, name), { recursive: true });
  await writeFile(join(root, 'VERSION'), '2.9.8\n');
  await writeFile(join(root, 'cert', 'server.key'), 'a private key\n', { mode: 0o600 });
  await writeFile(join(root, 'conf', 'enckey'), 'the key of the databases\n', { mode: 0o600 });
  for (const name of ['Käfer', 'zwölf', 'one (1)'])
    await writeFile(join(root, 'image', name), name.repeat(5000));
  await symlink('zwölf', join(root, 'image', 'newest'));
  using database = new DatabaseSync(join(root, 'data', 'event.db'));
  database.exec('CREATE TABLE event (id INTEGER PRIMARY KEY, what TEXT)');
  database.exec("INSERT INTO event VALUES (1, 'opened'), (2, 'geschlossen')");
}

function statements(): string[] {
  return [
    'CREATE DATABASE ac',
    'CREATE DATABASE ta',
    'USE ac',
    'CREATE TABLE door (id INT PRIMARY KEY, name VARCHAR(40), KEY by_name (name))',
    "INSERT INTO door SELECT seq, CONCAT('Tür ', seq) FROM seq_1_to_2000",
    'CREATE VIEW first_doors AS SELECT * FROM door WHERE id < 10',
    'CREATE TRIGGER tidy BEFORE INSERT ON door FOR EACH ROW SET NEW.name = TRIM(NEW.name)',
    'CREATE TABLE ta.shift (id INT PRIMARY KEY, door INT, FOREIGN KEY (door) REFERENCES ac.door (id))',
    'INSERT INTO ta.shift VALUES (1, 1), (2, NULL)',
    "CREATE OR REPLACE USER app@localhost IDENTIFIED BY 'app'",
    'GRANT SELECT ON ac.* TO app@localhost',
    "CREATE OR REPLACE USER boss@localhost IDENTIFIED BY 'boss'",
    'GRANT ALL ON *.* TO boss@localhost',
  ];
}

function dropping(databases: readonly string[]): string[] {
  return ['SET foreign_key_checks = 0', ...databases.map((name) => `DROP DATABASE \`${name}\``)];
}

function zipsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.zip'));
}

/** What stands in a folder: kind, mode and content of each entry. What restores kept beside is left out. */
async function treeOf(folder: string): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  const names = (await readdir(folder, { recursive: true })).filter((name) => !name.includes('.lifeboat'));
  for (const name of names.sort()) {
    const path = join(folder, name);
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) tree[name] = `link to ${await readlink(path)}`;
    else if (stats.isDirectory()) tree[name] = `folder ${stats.mode.toString(8)}`;
    else tree[name] = `${stats.mode.toString(8)} ${await contentOf(path)}`;
  }
  return tree;
}

/** A database that was copied may lie in its file in another order. */
async function contentOf(path: string): Promise<string> {
  if (!path.endsWith('.db')) return await digest(path);
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    return JSON.stringify(database.prepare('SELECT * FROM event').all());
  } catch {
    return await digest(path);
  }
}

async function digest(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
