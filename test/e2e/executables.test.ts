import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, lstat, mkdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { NtExecutable, NtExecutableResource, Resource } from 'resedit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { type BareMachine, bareMachine } from '../fakes/bare-machine.ts';
import { type TemporaryFolder, temporaryFolder } from '../fakes/temporary-folder.ts';

const repository = join(import.meta.dirname, '..', '..');
const NAMES = ['lifeboat', 'lifeboat-restore'] as const;

// Names as they are met in the field: spaces, parentheses, letters that are not ASCII.
const SYSTEM = '/srv/Shop (x64)';
const DATABASE = `${SYSTEM}/data/shop.db`;
const BACKUPS = '/backups (usb)/Sicherung für Shop';
const CONF = '/srv/sysbackup.conf';
const STATE = '/var/lib/lifeboat';

let build: TemporaryFolder;
const executable = (name: string): string => build.file(`linux-x64/${name}`);
const windowsExecutable = (name: string): string => build.file(`windows-x64/${name}.exe`);

beforeAll(async () => {
  build = await temporaryFolder();
  runBuild(build.path);
  for (const name of NAMES) {
    for (const file of [executable(name), windowsExecutable(name)]) {
      console.log(`${basename(file)}: ${(readFileSync(file).length / 1e6).toFixed(1)} MB`);
    }
  }
}, 180_000);

afterAll(() => build[Symbol.asyncDispose]());

test('two builds of the same sources are bit-identical, and SHA256SUMS is right', async () => {
  await using second = await temporaryFolder();
  runBuild(second.path);
  const sums = readFileSync(build.file('SHA256SUMS'), 'utf8');
  expect(readFileSync(second.file('SHA256SUMS'), 'utf8')).toBe(sums);
  const lines = [
    'THIRD-PARTY-LICENSES.txt',
    ...NAMES.flatMap((name) => [`${name}.cdx.json`, `linux-x64/${name}`, `windows-x64/${name}.exe`]),
  ].map((name) => `${sha256(readFileSync(build.file(name)))}  ${name}`);
  expect(sums.trim().split('\n').sort()).toEqual(lines.sort());
}, 180_000);

test('licences of Node and of every bundled package are listed and travel inside the executables', () => {
  const licenses = readFileSync(build.file('THIRD-PARTY-LICENSES.txt'));
  for (const name of [
    'Node.js 26',
    'archiver 8',
    'yauzl 3',
    'commander 15',
    'zod 4',
    'preact 11',
    'uplot 1',
    '@picocss/pico 2',
  ]) {
    expect(licenses.includes(`\n${name}`), name).toBe(true);
  }
  for (const file of NAMES.flatMap((name) => [executable(name), windowsExecutable(name)])) {
    expect(readFileSync(file).includes(licenses), file).toBe(true);
  }
});

test('the bill of materials names each package of the licences once, with its pinned hash, and no other', () => {
  const licensed = readFileSync(build.file('THIRD-PARTY-LICENSES.txt'), 'utf8')
    .split(`\n${'='.repeat(80)}\n`)
    .slice(2)
    .map((section) => section.split(' (')[0]);
  const named = new Set<string>();
  for (const program of NAMES) {
    const bill = JSON.parse(readFileSync(build.file(`${program}.cdx.json`), 'utf8'));
    expect([bill.bomFormat, bill.metadata.component.name]).toEqual(['CycloneDX', program]);
    const [node, ...packages] = bill.components.sort(byPlatformFirst);
    expect(node).toMatchObject({ name: 'node', version: process.versions.node });
    expect(node.components.map(({ name }: { name: string }) => name)).toContain('openssl');
    for (const { group, name, version, hashes, purl, licenses } of packages) {
      const full = group === undefined ? name : `${group}/${name}`;
      expect(purl, full).toContain(`pkg:npm/`);
      expect(hashes?.[0].alg, full).toBe('SHA-512');
      expect(licenses?.length, full).toBeGreaterThan(0);
      named.add(`${full} ${version}`);
    }
  }
  expect([...named].sort()).toEqual(licensed.sort());
});

test('the Windows executables carry the code, call themselves Lifeboat and no signature of another', () => {
  for (const name of NAMES) {
    const executable = NtExecutable.from(readFileSync(windowsExecutable(name)));
    expect(executable.newHeader.optionalHeaderDataDirectory.get(4)).toEqual({ virtualAddress: 0, size: 0 });
    const { entries } = NtExecutableResource.from(executable);
    const [info] = Resource.VersionInfo.fromEntries(entries);
    const [language] = info?.getAllLanguagesForStringValues() ?? [];
    expect(language && info?.getStringValues(language)).toMatchObject({
      ProductName: 'Lifeboat',
      OriginalFilename: `${name}.exe`,
      FileVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    const code = entries.find(({ id }) => id === 'NODE_SEA_BLOB');
    expect(Buffer.from(code!.bin).includes('lifeboat')).toBe(true);
  }
});

test('[BS-15] both programs start on a machine that has nothing else', async () => {
  await using machine = await bareMachine(NAMES.map(executable));
  console.log(`the executables run in ${machine.how}`);
  for (const name of NAMES) {
    expect(ended(machine.run(name, ['--version']))).toMatch(
      /^\d+\.\d+\.\d+ \(commit ([0-9a-f]{12}(\+changes)?|unknown), archive format 1\)\n$/,
    );
    expect(ended(machine.run(name, ['--help']))).toContain(`Usage: ${name}`);
    for (const args of [['--version'], ['--help'], ['--quiet', 'verify', '/none.zip']]) {
      console.log(`${name} ${args.join(' ')}: ${milliseconds(machine, name, args)} ms`);
    }
  }
  expect(machine.run('lifeboat', ['status']).stderr).toContain('there is no conf file');
});

test('NODE_OPTIONS of the caller loads nothing into an executable and opens no debugger', async () => {
  await using machine = await bareMachine(NAMES.map(executable));
  for (const NODE_OPTIONS of ['--require=/no/such/file.js', '--inspect=127.0.0.1:0']) {
    for (const name of NAMES) {
      const run = machine.run(name, ['--version'], { NODE_OPTIONS });
      expect(ended(run)).toContain('archive format');
      expect(run.stderr).toBe('');
    }
  }
});

test('[BS-13] [BS-16] a backup by one executable is brought back by the other', async () => {
  await using machine = await bareMachine(NAMES.map(executable));
  const database = await makeSystem(machine);
  const before = { rows: rowsOf(database), tree: await treeOf(machine) };
  expect(before.rows).toHaveLength(2000);

  // The database is open and its rows lie in the write-ahead log.
  expect(ended(machine.run('lifeboat', [...conf(machine), 'backup']))).toMatch(/backup done.*\n$/);
  expect(ended(machine.run('lifeboat', [...conf(machine), 'verify']))).toMatch(/verify done.*\n$/);
  expect(ended(machine.run('lifeboat', [...conf(machine), 'list']))).toContain('good');
  expect(ended(machine.run('lifeboat', [...conf(machine), 'status']))).toContain('last good');
  database.close();

  const archive = archiveOf(machine);
  expect(ended(machine.run('lifeboat-restore', ['inspect', archive]))).toContain('sqlite/shop');
  expect(ended(machine.run('lifeboat-restore', ['verify', archive]))).toMatch(/verify done.*\n$/);

  await damage(machine);
  const apply = machine.run('lifeboat-restore', [...conf(machine), 'apply', archive, '--yes']);
  expect(ended(apply)).toMatch(/restore done.*\n$/);
  expect(await treeOf(machine)).toEqual(before.tree);
  using restored = new DatabaseSync(machine.outside(DATABASE));
  expect(rowsOf(restored)).toEqual(before.rows);
});

test('the service runs until it is told to stop and serves its page', async () => {
  await using machine = await bareMachine(NAMES.map(executable));
  (await makeSystem(machine)).close();
  console.log(`lifeboat status: ${milliseconds(machine, 'lifeboat', [...conf(machine), 'status'])} ms`);
  const service = machine.start('lifeboat', [...conf(machine), 'serve', '--port', '0']);
  try {
    const [line] = await once(service.stdout!, 'data');
    const url = /http:\S+/.exec(String(line))?.[0] ?? `no address in ${line}`;
    const page = await (await fetch(url)).text();
    const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path as string);
    expect(parts).toHaveLength(3);
    for (const path of parts) {
      const answer = await fetch(new URL(path, url));
      expect(answer.status, path).toBe(200);
      expect((await answer.arrayBuffer()).byteLength, path).toBeGreaterThan(200);
    }
    expect((await fetch(new URL('api/me', url))).status).toBe(401);
    service.kill('SIGTERM');
    expect(await once(service, 'exit')).toEqual([0, null]);
  } finally {
    service.kill('SIGKILL');
  }
});

test('[BS-15] [BS-16] the restore tool alone brings the system to a machine that never had it', async () => {
  await using machine = await bareMachine(NAMES.map(executable));
  const database = await makeSystem(machine);
  const before = { rows: rowsOf(database), tree: await treeOf(machine) };
  expect(ended(machine.run('lifeboat', [...conf(machine), 'backup']))).toMatch(/backup done.*\n$/);
  database.close();
  const archive = archiveOf(machine);
  for (const path of ['/bin/lifeboat', '/var', CONF, SYSTEM]) {
    await rm(machine.outside(path), { recursive: true });
  }

  const apply = [...conf(machine), 'apply', archive, '--yes', '--installed-version', '4.2.0'];
  expect(machine.run('lifeboat-restore', apply).status).toBe(ERRORS['trust-needed'].exit);
  expect(existsSync(machine.outside(SYSTEM))).toBe(false);
  const agreed = [...apply, '--trust-archive', 'Shop', '--agree-other-machine'];
  expect(ended(machine.run('lifeboat-restore', agreed))).toMatch(/restore done.*\n$/);
  expect(await treeOf(machine)).toEqual(before.tree);
  using restored = new DatabaseSync(machine.outside(DATABASE));
  expect(rowsOf(restored)).toEqual(before.rows);
});

/** The state folder too: a conf out of an archive is not asked for it, and its usual place is root's. */
function conf(machine: BareMachine): string[] {
  return ['--conf', machine.inside(CONF), '--state', machine.inside(STATE)];
}

function runBuild(out: string): void {
  // Without the packages, which take longer than all the rest: test/unit/installer and npm run test:packages have them.
  const parts = ['--only', 'linux-x64', '--only', 'windows-x64'];
  const program = join(repository, 'installer', 'build.ts');
  ended(spawnSync(process.execPath, [program, '--out', out, ...parts], { encoding: 'utf8' }));
}

function byPlatformFirst(a: { type: string }, b: { type: string }): number {
  return Number(b.type === 'platform') - Number(a.type === 'platform');
}

/** What a program that ended well wrote; otherwise all of it goes into the failed test. */
function ended(run: SpawnSyncReturns<string>): string {
  if (run.status !== 0) {
    throw new Error(`ended with ${run.signal ?? run.status}: ${run.error ?? ''}\n${run.stdout}${run.stderr}`);
  }
  return run.stdout;
}

/** The best of three, since other tests run beside. */
function milliseconds(machine: BareMachine, name: string, args: string[]): string {
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    machine.run(name, args);
    return performance.now() - start;
  });
  return Math.min(...times).toFixed(0);
}

/** A system with a database that is in use; resolves with the open database. */
async function makeSystem(machine: BareMachine): Promise<DatabaseSync> {
  const at = (name: string): string => machine.outside(`${SYSTEM}/${name}`);
  for (const name of ['data', 'cert', 'images/2026/empty', 'images/Käfer (1)']) {
    await mkdir(at(name), { recursive: true });
  }
  await mkdir(machine.outside(BACKUPS), { recursive: true });
  await writeFile(at('VERSION'), '4.2.0\n');
  await writeFile(at('cert/server.key'), 'a key\n', { mode: 0o600 });
  await writeFile(at('images/2026/one.png'), randomBytes(70_000));
  await writeFile(at('images/2026/film.bin'), randomBytes(3_000_000));
  await writeFile(at('images/Käfer (1)/zwölf.txt'), 'text that compresses well\n'.repeat(20_000));
  await writeFile(at('images/nothing'), '');
  await symlink('2026/one.png', at('images/newest'));
  await chmod(at('images/2026'), 0o750);
  await writeFile(machine.outside(CONF), confText(machine), { mode: 0o600 });
  const database = new DatabaseSync(at('data/shop.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;');
  database.exec('CREATE TABLE sale (id INTEGER PRIMARY KEY, what TEXT, price REAL, picture BLOB)');
  const insert = database.prepare('INSERT INTO sale VALUES (?, ?, ?, ?)');
  database.exec('BEGIN');
  for (let id = 1; id <= 2000; id += 1) insert.run(id, `Käse ${id}`, id / 7, randomBytes(id % 50));
  database.exec('COMMIT');
  return database;
}

function confText(machine: BareMachine): string {
  return `[system]
name = Shop
root = ${machine.inside(SYSTEM)}
version_file = VERSION

[sqlite shop]
path = data/shop.db
required = yes

[folder cert]
path = cert
required = yes

[folder images]
path = images

[backup]
path = ${machine.inside(BACKUPS)}
state = ${machine.inside(STATE)}
`;
}

/** What a failed disk and a hasty hand leave behind. */
async function damage(machine: BareMachine): Promise<void> {
  const at = (name: string): string => machine.outside(`${SYSTEM}/${name}`);
  await writeFile(at('data/shop.db'), randomBytes(8192));
  await rm(at('cert'), { recursive: true });
  await writeFile(at('images/2026/one.png'), 'not a picture');
  await rm(at('images/Käfer (1)'), { recursive: true });
  await writeFile(at('images/stray'), 'was not there');
}

function archiveOf(machine: BareMachine): string {
  const [name, ...more] = globSync('*.zip', { cwd: machine.outside(BACKUPS) });
  expect(more).toEqual([]);
  expect(existsSync(machine.outside(`${BACKUPS}/${name}`))).toBe(true);
  return machine.inside(`${BACKUPS}/${name}`);
}

function rowsOf(database: DatabaseSync): unknown[] {
  return database.prepare('SELECT * FROM sale ORDER BY id').all();
}

/** Each entry of the saved folders with what a restore has to bring back. */
async function treeOf(machine: BareMachine): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const folder of ['cert', 'images']) {
    const top = machine.outside(`${SYSTEM}/${folder}`);
    for (const name of ['.', ...(readdirSync(top, { recursive: true }) as string[])]) {
      tree[join(folder, name)] = await describeEntry(join(top, name));
    }
  }
  return tree;
}

async function describeEntry(path: string): Promise<string> {
  const stats = await lstat(path);
  if (stats.isSymbolicLink()) return `link to ${await readlink(path)}`;
  const about = `${stats.mode.toString(8)} ${stats.uid}:${stats.gid} ${Math.trunc(stats.mtimeMs)}`;
  return stats.isDirectory() ? about : `${about} ${sha256(readFileSync(path))}`;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
