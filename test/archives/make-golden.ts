import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { link, lutimes, mkdir, open, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createArchive } from '#archive/create-archive.ts';
import { fileAccess } from '#archive/file-access.ts';
import { openArchive } from '#archive/open-archive.ts';
import { restoreText } from '#archive/restore-text.ts';
import { verifyArchive } from '#archive/verify-archive.ts';
import type { Clock } from '#platform/clock.ts';
import { fileSource } from '#sources/files/file-source.ts';
import { folderSource } from '#sources/files/folder-source.ts';
import { mariadbSource } from '#sources/mariadb/mariadb-source.ts';
import type { Compression, Source } from '#sources/source.ts';
import { sqliteSource } from '#sources/sqlite/sqlite-source.ts';
import { startMariadb } from '../engines/mariadb/start-mariadb.ts';
import { fillDatabases, stagedServer } from '../engines/mssql/staged-server.ts';
import { MTIME, plainManifest } from '../fakes/archive-set.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';

/**
 * Made the archives in v1, once: `node test/archives/make-golden.ts`. It is kept to show what they hold and to
 * make those of a later version in a folder of their own; it never writes over one that is there.
 */
const signal = new AbortController().signal;
const place = join(import.meta.dirname, 'v1');
const clock: Clock = {
  now: () => Temporal.Instant.from('2026-04-10T21:45:01Z'),
  zone: () => 'UTC',
  elapsed: () => 0,
};

await mkdir(place, { recursive: true });
await using work = await temporaryFolder();
await using server = await startMariadb();
await makeFiles(work.file('system'));
await makeDatabases();
const { path } = work;
const common = { importance: 'normal' as const, clock, workFolder: work.file('work') };
const files: Source[] = [
  folder('cert', join(path, 'system/cert')),
  folder('Image Log', join(path, 'system/images')),
  { ...fileSource({ ...common, name: 'setting.conf', path: join(path, 'system/setting.conf') }) },
];
await make('files-fast.zip', 'Fast', files);
await make('files-none.zip', 'None', files);
await make('sqlite.zip', 'Fast', [sqliteSource({ ...common, name: 'tenant', path: work.file('live.db') })]);
await make('sqlite-none.zip', 'None', [
  sqliteSource({ ...common, name: 'tenant', path: work.file('live.db') }),
]);
await make('incomplete.zip', 'Compact', [
  folder('cert', join(path, 'system/cert')),
  folder('upload', join(path, 'none')),
]);
await make('mariadb.zip', 'Fast', [
  mariadbSource({
    name: 'main',
    server: {
      address: { host: '127.0.0.1', port: server.port },
      user: 'root',
      password: async () => server.password,
    },
    databases: ['ac', 'Größe/1'],
    importance: 'required',
    exact: 'snapshot',
    clock,
  }),
]);

// Its .bak files are those of the test server: what counts here is how an archive holds them.
await using sqlServer = await stagedServer();
await fillDatabases(sqlServer.server, ['AC', "O'Brien [Video]"], 20_000);
await make('mssql.zip', 'Fast', [
  sqlServer.source({ databases: ['AC', "O'Brien [Video]"], importance: 'required', clock }),
]);

function folder(name: string, path: string): Source {
  return folderSource({ ...common, name, path, exclude: [], neverInside: [] });
}

async function makeFiles(root: string): Promise<void> {
  const cert = join(root, 'cert');
  await mkdir(join(cert, 'inner/empty'), { recursive: true, mode: 0o750 });
  await writeFile(join(cert, 'key.pem'), 'a private key\n', { mode: 0o600 });
  await writeFile(join(cert, 'inner/größe 1.txt'), 'a line of text\n'.repeat(400), { mode: 0o644 });
  await writeFile(join(cert, 'KEY.pem'), 'differs in case alone\n');
  await writeFile(join(cert, 'empty'), '');
  await writeFile(
    Buffer.concat([Buffer.from(`${cert}/not-utf8-`), Buffer.from([0xff, 0xfe])]),
    'a strange name\n',
  );
  await link(join(cert, 'key.pem'), join(cert, 'same-key.pem'));
  await symlink('../key.pem', join(cert, 'inner/link'));
  await symlink('/nowhere', join(cert, 'dangling'));
  const sparse = await open(join(cert, 'sparse'), 'w');
  await sparse.write('begin', 0);
  await sparse.write('end', 300_000);
  await sparse.close();
  await truncate(join(cert, 'sparse'), 400_000);
  await writeFile(join(cert, 'large.log'), 'the same line again and again\n'.repeat(10_000));
  await lutimes(join(cert, 'dangling'), 1, 1);
  await utimes(
    join(cert, 'key.pem'),
    new Date('2001-02-03T04:05:06.789Z'),
    new Date('2001-02-03T04:05:06.789Z'),
  );
  await mkdir(join(root, 'images'));
  for (let index = 0; index < 310; index += 1) {
    await writeFile(join(root, 'images', `${String(index).padStart(4, '0')}.txt`), `image ${index}\n`);
  }
  await writeFile(join(root, 'setting.conf'), '[setting]\nport = 443\n');
}

async function makeDatabases(): Promise<void> {
  const live = new DatabaseSync(work.file('live.db'));
  live.exec('PRAGMA journal_mode = WAL; PRAGMA user_version = 7');
  live.exec('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, photo BLOB)');
  live.exec("INSERT INTO users (name, photo) VALUES ('one', x'00ff0a09'), ('größer', NULL)");
  live.close();
  await server.sql([
    'CREATE DATABASE ac CHARACTER SET utf8mb4',
    'CREATE DATABASE `Größe/1`',
    `CREATE TABLE ac.users (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(60) NOT NULL DEFAULT 'ß',
      kind ENUM('1', '0', 'ä') , rights SET('read', 'write'), weight FLOAT, token UUID, address INET6, photo LONGBLOB,
      born DATE, seen TIMESTAMP(6) NULL, year INT AS (YEAR(born)) STORED, KEY (name)) COMMENT 'people'`,
    `INSERT INTO ac.users (name, kind, rights, weight, token, address, photo, born, seen) VALUES
      ('tab\\tand\\nline\\\\', '0', 'read,write', 0.1, '123e4567-e89b-12d3-a456-426655440000', '::1', x'000102090a5cff', '1970-01-01', '2026-04-10 21:45:00.123456'),
      ('größer', 'ä', '', NULL, NULL, NULL, NULL, NULL, NULL)`,
    'CREATE TABLE ac.doors (id INT PRIMARY KEY, owner INT UNSIGNED, CONSTRAINT own FOREIGN KEY (owner) REFERENCES ac.users (id)) ENGINE = InnoDB',
    'INSERT INTO ac.doors VALUES (1, 1), (2, NULL)',
    'CREATE TABLE ac.empty (id INT)',
    'CREATE TABLE ac.old (id INT PRIMARY KEY) ENGINE = Aria',
    'INSERT INTO ac.old VALUES (1)',
    'CREATE TABLE ac.history (id INT PRIMARY KEY) WITH SYSTEM VERSIONING',
    'INSERT INTO ac.history VALUES (1)',
    'DELETE FROM ac.history',
    'CREATE SEQUENCE ac.numbers START WITH 5',
    'SELECT NEXTVAL(ac.numbers)',
    'CREATE VIEW ac.names AS SELECT name FROM ac.users',
    'CREATE TRIGGER ac.upper BEFORE INSERT ON ac.doors FOR EACH ROW SET NEW.id = NEW.id + 1',
    'CREATE PROCEDURE ac.clean() DELETE FROM ac.doors WHERE owner IS NULL',
    'CREATE EVENT ac.nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM ac.doors WHERE id < 0',
    "CREATE USER 'app'@'%' IDENTIFIED BY 'secret'",
    "GRANT ALL ON ac.* TO 'app'@'%'",
    'CREATE TABLE `Größe/1`.`a ``b` (`c d` INT)',
    'INSERT INTO `Größe/1`.`a ``b` VALUES (1)',
  ]);
}

async function make(name: string, compression: Compression, sources: Source[]): Promise<void> {
  const path = join(place, name);
  if (existsSync(path)) {
    console.log(`${name} is there and stays`);
    return;
  }
  await using views = new AsyncDisposableStack();
  const frozen = [];
  for (const source of sources) frozen.push({ view: views.use(await source.freeze(signal)), id: source.id });
  await using archive = await createArchive(path, { mtime: MTIME, signal });
  const system = { id: '0190-test', name: 'Sample' };
  const set = {
    archiveName: name,
    number: 1,
    version: '2.9.8',
    startedAt: clock.now(),
    frozen: { views: frozen },
  };
  const extras = [await archive.add('RESTORE.txt', Buffer.from(restoreText(system, set)), { signal })];
  const components = [];
  for (const component of frozen.flatMap(({ view }) => view.components)) {
    components.push(await component.writeTo(archive, { signal, compression, onBytes: () => {} }));
  }
  const reasons = components
    .filter(({ state }) => state !== 'complete')
    .map(({ id, state }) => `${id} is ${state}`);
  const manifest = {
    ...plainManifest({ components, extras }),
    archiveName: name,
    system: { ...system, version: set.version },
    state: reasons.length > 0 ? ('incomplete' as const) : ('good' as const),
    reasons,
    sources: frozen.map(({ id, view }) => ({ id, takenAt: view.takenAt.toString() })),
  };
  await archive.seal(manifest, signal);
  await record(path);
}

/** What the archive holds, as it was read when it was made, beside it. */
async function record(path: string): Promise<void> {
  await using archive = await openArchive(await fileAccess(path), signal);
  const report = await verifyArchive(archive, { signal, depth: 'contents' });
  const { state, components } = archive.manifest;
  const [sha256] = execFileSync('sha256sum', [path], { encoding: 'utf8' }).split(' ');
  const expected = {
    sha256,
    state,
    components: components.map(({ id, kind, state, bytes, sha256, items, rows }) => ({
      id,
      kind,
      state,
      bytes,
      sha256,
      items,
      rows,
    })),
    members: archive.members,
    report: report.items,
  };
  await writeFile(path.replace(/\.zip$/, '.json'), `${JSON.stringify(expected, undefined, 1)}\n`);
  console.log(`${basename(path)}: ${archive.size} bytes, ${report.good ? 'good' : 'NOT GOOD'}`);
}
