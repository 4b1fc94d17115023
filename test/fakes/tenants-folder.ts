import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const PROFILE = `[system]
version = 1
[sqlite main]
path = db/main.sqlite
required = yes
[backup]
frequency = Daily
`;

/** Tenants as folders below `base`, each with a database, and lines of a conf that serves them. */
export async function tenantsFolder(base: string, names: readonly string[]): Promise<{ conf: string[] }> {
  const profile = join(base, 'tenant.conf');
  await mkdir(base, { recursive: true });
  await writeFile(profile, PROFILE);
  for (const name of names) {
    const root = join(base, 'tenants', name);
    await mkdir(join(root, 'db'), { recursive: true });
    await mkdir(join(root, 'backups'));
    using database = new DatabaseSync(join(root, 'db', 'main.sqlite'));
    database.exec('CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT)');
    database.prepare('INSERT INTO line (text) VALUES (?)').run(name);
  }
  return { conf: [`folder = "${join(base, 'tenants', '*')}"`, `profile = "${profile}"`, 'look_every = 1'] };
}
