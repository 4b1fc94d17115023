import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { type TemporaryFolder, temporaryFolder } from '../fakes/temporary-folder.ts';
import { type Ended, runProgram } from './run-program.ts';

/** A system as a product would have it, in a folder whose name would trip a careless program (BS-13). */
export interface RealSystem extends AsyncDisposable {
  readonly folder: TemporaryFolder;
  readonly root: string;
  readonly conf: string;
  readonly backups: string;
  readonly state: string;
  readonly databases: readonly string[];
  lifeboat(...args: string[]): Promise<Ended>;
  restore(...args: string[]): Promise<Ended>;
  /** Full paths of the published archives, oldest first. */
  archives(): Promise<string[]>;
}

export interface RealSystemOptions {
  mariadb?: TestMariadb;
  /** Lines put after those of the same section: `{ backup: ['keep = 2'] }`; a new key is a new section. */
  conf?: Record<string, string[]>;
  /** The backup path below the system's root, instead of beside it. */
  backupsInside?: string;
}

export async function realSystem(options: RealSystemOptions = {}): Promise<RealSystem> {
  const folder = await temporaryFolder();
  const base = folder.file('Zutritt (x64) größe');
  const root = join(base, 'system');
  const backups = options.backupsInside ? join(root, options.backupsInside) : join(base, 'backups');
  const state = join(base, 'state');
  const conf = join(base, 'sysbackup.conf');
  const databases = options.mariadb ? ['ac', 'ta'] : [];
  await mkdir(backups, { recursive: true });
  await makeFiles(root);
  fillSqlite(join(root, 'db', 'log.db'));
  if (options.mariadb) await fillMariadb(options.mariadb, base);
  await writeFile(conf, confText({ root, backups, state, base, ...options }), { mode: 0o600 });
  return {
    folder,
    root,
    conf,
    backups,
    state,
    databases,
    lifeboat: (...args) => runProgram('service', ['--conf', conf, ...args]),
    restore: (...args) => runProgram('restore', ['--conf', conf, '--state', state, ...args]),
    async archives() {
      const names = await readdir(backups);
      return names
        .filter((name) => name.endsWith('.zip'))
        .sort()
        .map((name) => join(backups, name));
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

async function makeFiles(root: string): Promise<void> {
  for (const name of ['cert', 'lic', 'conf', 'image/empty', 'upload', 'util files', 'db']) {
    await mkdir(join(root, name), { recursive: true });
  }
  await writeFile(join(root, 'VERSION'), '2.9.1\n');
  await writeFile(join(root, 'cert', 'enckey'), 'key of the databases', { mode: 0o600 });
  await writeFile(join(root, 'cert', 'server.pem'), '-----BEGIN CERTIFICATE-----\n');
  await writeFile(join(root, 'lic', 'site.lic'), 'doors=32\n');
  await writeFile(join(root, 'conf', 'system.conf'), '[paths]\nutil = util files\n');
  await writeFile(join(root, 'conf', 'setting.conf'), '[door]\nopen = 5\n');
  for (let number = 0; number < 40; number += 1) {
    await writeFile(join(root, 'image', `person ${number}.jpg`), Buffer.alloc(900 + number, number));
  }
  await symlink('person 1.jpg', join(root, 'image', 'first'));
  await writeFile(join(root, 'util files', 'run.sh'), '#!/bin/sh\n');
  await chmod(join(root, 'util files', 'run.sh'), 0o750);
}

function fillSqlite(path: string): void {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT); BEGIN');
  const insert = database.prepare('INSERT INTO line (text) VALUES (?)');
  for (let id = 0; id < 500; id += 1) insert.run(`line ${id}`);
  database.exec('COMMIT');
  database.close();
}

async function fillMariadb(server: TestMariadb, base: string): Promise<void> {
  await writeFile(join(base, 'password'), `${server.password}\n`, { mode: 0o600 });
  await server.sql([
    'SET foreign_key_checks = 0',
    ...['ac', 'ta'].flatMap((name) => [`DROP DATABASE IF EXISTS ${name}`, `CREATE DATABASE ${name}`]),
    'SET foreign_key_checks = 1',
    'CREATE TABLE ac.person (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(80), photo BLOB)',
    'CREATE TABLE ta.punch (id INT PRIMARY KEY, person INT, at DATETIME(3), FOREIGN KEY (person) REFERENCES ac.person(id))',
    "INSERT INTO ac.person SELECT seq, CONCAT('Müller ', seq), UNHEX(MD5(seq)) FROM ac.seq_1_to_3000",
    "INSERT INTO ta.punch SELECT seq, seq, '2026-01-01 08:00:00.125' FROM ac.seq_1_to_3000",
    'CREATE VIEW ac.names AS SELECT name FROM ac.person',
    'CREATE TRIGGER ac.named BEFORE INSERT ON ac.person FOR EACH ROW SET NEW.name = TRIM(NEW.name)',
    "CREATE USER IF NOT EXISTS 'app'@'localhost' IDENTIFIED BY 'a''b'",
    "GRANT SELECT, INSERT ON ac.* TO 'app'@'localhost'",
  ]);
}

function confText(places: {
  root: string;
  backups: string;
  state: string;
  base: string;
  mariadb?: TestMariadb;
  conf?: Record<string, string[]>;
}): string {
  const sections: Record<string, string[]> = {
    system: ['name = Zutritt', `root = "${places.root}"`, 'version_file = VERSION'],
    'sqlite log': ['path = db/log.db'],
    'folder cert': ['path = cert', 'required = yes'],
    'folder lic': ['path = lic'],
    'folder image': ['path = image'],
    'folder util': ['path_from = conf/system.conf', 'path_key = paths.util'],
    'folder upload': ['path = upload', 'optional = yes'],
    'file system': ['path = conf/system.conf'],
    'file setting': ['path = conf/setting.conf'],
    backup: [`path = "${places.backups}"`, `state = "${places.state}"`],
  };
  if (places.mariadb) {
    sections['mariadb main'] = [
      'host = 127.0.0.1',
      `port = ${places.mariadb.port}`,
      'user = root',
      `password_file = "${join(places.base, 'password')}"`,
      'databases = ac, ta',
    ];
  }
  for (const [section, lines] of Object.entries(places.conf ?? {})) {
    sections[section] = [...(sections[section] ?? []), ...lines];
  }
  return Object.entries(sections)
    .map(([section, lines]) => `[${section}]\n${lines.join('\n')}\n`)
    .join('\n');
}
