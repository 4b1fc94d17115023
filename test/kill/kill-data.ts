import { chmod, chown, copyFile, mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { changeSmallSystem, smallSystem } from '../engines/mariadb/small-system.ts';
import type { TestMariadb } from '../engines/mariadb/start-mariadb.ts';

const FILES = { image: 1700, records: 298 };

/** The state that is saved: two databases with all that moving tables does not carry, SQLite, 2,000 files. */
export async function fillKillData(server: TestMariadb, root: string): Promise<void> {
  await server.sql([
    ...smallSystem(),
    'CREATE ROLE keeper',
    'GRANT SELECT, UPDATE ON ac.* TO keeper',
    "GRANT keeper TO viewer@'%'",
    "GRANT SELECT ON ac.* TO viewer@'%'",
    'CREATE TABLE ac.punch (id INT PRIMARY KEY, door INT, at DATETIME(3), FOREIGN KEY (door) REFERENCES ac.door (id))',
    "INSERT INTO ac.punch SELECT seq, 100 + seq % 3, '2026-01-01 08:00:00.125' FROM ac.seq_1_to_500",
  ]);
  for (const name of ['image/empty', 'records', 'db', 'cert', 'conf']) {
    await mkdir(join(root, name), { recursive: true });
  }
  await writeFile(join(root, 'cert', 'enckey'), 'key of the databases', { mode: 0o600 });
  for (const [folder, count] of Object.entries(FILES)) {
    for (let number = 0; number < count; number += 1)
      await writeNumbered(join(root, folder), number, 'saved');
  }
  await symlink('../5/105', join(root, 'image', 'first'));
  for (const name of ['system', 'setting']) await writeFile(join(root, 'conf', `${name}.conf`), 'saved');
  await writeFile(join(root, 'db', 'beside.txt'), 'saved');
  await fillSqlite(join(root, 'db'), 'saved');
}

/** The state that is live when the restore begins: something of every kind changed, gone and come. */
export async function changeKillData(server: TestMariadb, root: string): Promise<void> {
  await server.sql([
    ...changeSmallSystem(),
    'DROP ROLE keeper',
    "DROP USER viewer@'%'",
    "ALTER USER app@localhost IDENTIFIED BY 'another'",
    'GRANT DELETE ON ac.* TO app@localhost',
    'DELETE FROM ac.punch WHERE id % 5 = 0',
    'ALTER TABLE ac.punch ADD note VARCHAR(20)',
  ]);
  await writeFile(join(root, 'cert', 'enckey'), 'another key', { mode: 0o640 });
  for (const [folder, count] of Object.entries(FILES)) {
    for (let number = 0; number < count; number += 3)
      await writeNumbered(join(root, folder), number, 'of today');
    await rm(join(root, folder, '7'), { recursive: true });
    await writeFile(join(root, folder, 'of today'), 'there in one state only');
  }
  await writeFile(join(root, 'conf', 'system.conf'), 'of today', { mode: 0o600 });
  await rm(join(root, 'conf', 'setting.conf'));
  await writeFile(join(root, 'db', 'beside.txt'), 'of today');
  await fillSqlite(join(root, 'db'), 'of today');
}

/** Modes, owners and times differ from file to file. */
async function writeNumbered(folder: string, number: number, text: string): Promise<void> {
  const inside = join(folder, String(number % 20));
  const path = join(inside, String(number));
  await mkdir(inside, { recursive: true });
  await writeFile(path, `${text} ${number} `.repeat(1 + (number % 50)));
  await chmod(path, number % 4 === 0 ? 0o640 : 0o644);
  if (process.geteuid?.() === 0) await chown(path, number % 7, number % 5);
  await utimes(path, 1_700_000_000 + number, 1_750_000_000 + number + text.length);
}

/** What was written last is left in the -wal file, as a program that runs or was killed leaves it. */
async function fillSqlite(folder: string, text: string): Promise<void> {
  const database = new DatabaseSync(join(folder, 'log.db'));
  database.exec(
    'PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS line (id INTEGER PRIMARY KEY, text TEXT)',
  );
  database.exec('PRAGMA wal_checkpoint(TRUNCATE); BEGIN');
  const insert = database.prepare('INSERT INTO line (text) VALUES (?)');
  for (let id = 0; id < 300; id += 1) insert.run(`${text} ${id}`);
  database.exec('COMMIT');
  const names = (await readdir(folder)).filter((name) => name === 'log.db' || name === 'log.db-wal');
  for (const name of names) await copyFile(join(folder, name), join(folder, `${name}.running`));
  database.close();
  for (const name of names) {
    await copyFile(join(folder, `${name}.running`), join(folder, name));
    await rm(join(folder, `${name}.running`));
  }
}
