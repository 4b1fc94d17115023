import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemErrorCode } from '#platform/errors.ts';
import { drawPicture } from './draw-picture.ts';

export interface SampleSystem {
  root: string;
  conf: string;
  backups: string;
  rows: number;
  files: number;
}

const ROWS = 5000;
const PICTURES = 24;

/** A small access control system: a SQLite database, certificates, a licence, conf files, pictures. Made once. */
export async function makeSampleSystem(folder: string): Promise<SampleSystem> {
  const root = join(folder, 'system');
  const sample = { root, conf: join(folder, 'sysbackup.conf'), backups: join(folder, 'backups'), rows: ROWS };
  if (!(await exists(sample.conf))) {
    for (const name of ['cert', 'lic', 'conf', 'image', 'data'])
      await mkdir(join(root, name), { recursive: true });
    await mkdir(sample.backups, { recursive: true });
    fillDatabase(join(root, 'data', 'access.db'));
    await writeFiles(root);
    // Last: a start that was cut off before this line makes everything again.
    await writeFile(sample.conf, confText(folder), { mode: 0o600 });
  }
  const files = await readdir(root, { recursive: true, withFileTypes: true });
  return { ...sample, files: files.filter((entry) => entry.isFile()).length };
}

function fillDatabase(path: string): void {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL;
    DROP TABLE IF EXISTS event;
    DROP TABLE IF EXISTS person;
    CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, card TEXT UNIQUE);
    CREATE TABLE event (id INTEGER PRIMARY KEY, person INTEGER REFERENCES person(id), door TEXT, at TEXT);
    BEGIN`);
  const person = database.prepare('INSERT INTO person VALUES (?, ?, ?)');
  for (let id = 1; id <= ROWS / 10; id += 1) person.run(id, `Person ${id}`, `card-${100_000 + id}`);
  const event = database.prepare('INSERT INTO event VALUES (?, ?, ?, ?)');
  const first = Temporal.Instant.from('2026-01-01T06:00:00Z');
  for (let id = 1; id <= (ROWS * 9) / 10; id += 1) {
    event.run(id, 1 + (id % (ROWS / 10)), `door ${id % 7}`, first.add({ minutes: id * 3 }).toString());
  }
  database.exec('COMMIT');
  database.close();
}

async function writeFiles(root: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const files: Record<string, string | Uint8Array> = {
    VERSION: '3.2.1\n',
    'cert/server.key': privateKey,
    'cert/server.pub': publicKey,
    'lic/site.lic': 'product=Sample Access\ndoors=32\n',
    'conf/system.conf': '[paths]\nimage = image\n\n[server]\nport = 8443\n',
    'conf/setting.conf': '[door]\nopen_seconds = 5\n',
  };
  for (let number = 1; number <= PICTURES; number += 1) {
    files[`image/person-${number}.png`] = drawPicture(96, number);
  }
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content, { mode: name.startsWith('cert/') ? 0o600 : 0o644 });
  }
}

function confText(folder: string): string {
  return `; What lifeboat saves of the sample system. docs/sysbackup-conf.md explains every key.
[system]
name = Sample Access
root = ${join(folder, 'system')}
version_file = VERSION

[sqlite access]
path = data/access.db
required = yes

[folder cert]
path = cert
required = yes

[folder lic]
path = lic

[folder conf]
path = conf

; This folder's place stands in a conf file of the system itself.
[folder image]
path_from = conf/system.conf
path_key = paths.image

[backup]
path = ${join(folder, 'backups')}
state = ${join(folder, 'state')}
frequency = Daily
time = 23:45
keep = 7
compression = Fast
`;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
