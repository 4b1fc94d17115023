import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface FleetFolder extends AsyncDisposable {
  readonly folder: string;
  /** Where tenants lie. */
  readonly tenants: string;
  /** The service's own conf. */
  readonly conf: string;
  readonly profile: string;
  readonly state: string;
}

const PROFILE = `[system]
version = 1.0

[sqlite main]
path = db/main.sqlite
required = yes

[folder uploads]
path = uploads
optional = yes

[backup]
frequency = Not Use
`;

/** A folder with the conf of a service that is there for tenants alone, and no tenant yet. */
export async function makeFleet(options: { profile?: string; tenants?: string } = {}): Promise<FleetFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-fleet-'));
  const tenants = join(folder, 'tenants');
  const [conf, profile, state] = [
    join(folder, 'sysbackup.conf'),
    join(folder, 'tenant.conf'),
    join(folder, 's'),
  ];
  await mkdir(tenants);
  await mkdir(join(folder, 'own-backups'));
  await writeFile(profile, options.profile ?? PROFILE);
  await writeFile(
    conf,
    `[system]
name = Fleet
root = ${folder}
version = 1.0

[backup]
path = ${join(folder, 'own-backups')}
frequency = Not Use
state = ${state}

[tenants]
folder = ${tenants}/*
profile = tenant.conf
${options.tenants ?? ''}
`,
  );
  return {
    ...{ folder, tenants, conf, profile, state },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A tenant with a database in WAL mode that holds its own name; returns its root. */
export async function addTenant(fleet: FleetFolder, name: string, bytes = 0): Promise<string> {
  const root = join(fleet.tenants, name);
  await mkdir(join(root, 'db'), { recursive: true });
  const database = new DatabaseSync(join(root, 'db', 'main.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE note (text TEXT); CREATE TABLE bulk (data BLOB)');
  database.prepare('INSERT INTO note VALUES (?)').run(name);
  if (bytes > 0) database.prepare('INSERT INTO bulk VALUES (randomblob(?))').run(bytes);
  database.close();
  return root;
}
