import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { bankState, makeBank, startWriter } from '../engines/sqlite/bank.ts';
import { smallDisk } from '../fakes/small-disk.ts';
import { addTenant, type FleetFolder, makeFleet } from '../fleet/make-fleet.ts';
import { runProgram } from './run-program.ts';
import { startService } from './start-service.ts';

let fleet: FleetFolder;

beforeEach(async () => {
  fleet = await makeFleet();
  return () => fleet[Symbol.asyncDispose]();
});

const lifeboat = (...args: string[]) => runProgram('service', ['--conf', fleet.conf, ...args]);
const restore = (conf: string, ...args: string[]) => runProgram('restore', ['--conf', conf, ...args]);
const archivesOf = async (name: string) =>
  (await readdir(join(fleet.tenants, name, 'backups'))).filter((file) => file.endsWith('.zip')).sort();
const confOf = async (name: string): Promise<string> =>
  JSON.parse((await lifeboat('--json', 'tenants')).stdout).find(
    (tenant: { name: string }) => tenant.name === name,
  ).conf;

describe('a backup of a tenant', () => {
  test('[TN-01] [TN-02] is consistent while the application writes, its write-ahead log included, and lies in its root', async () => {
    const root = await addTenant(fleet, 'bank');
    const database = join(root, 'db', 'main.sqlite');
    await rm(database);
    makeBank(database, { pages: 500 });
    await using service = await startService(fleet);
    await using writer = await startWriter(database);
    // Beside a reader nothing that comes later leaves the write-ahead log.
    const reader = new DatabaseSync(database);
    onTestFinished(() => reader.close());
    reader.exec('BEGIN');
    const inFile = Number(reader.prepare('SELECT transfers FROM counter').get()?.['transfers']);
    await expect.poll(() => bankState(database).transfers).toBeGreaterThan(inFile + 20);
    const before = bankState(database).transfers;
    const made = await lifeboat('backup', '--tenant', 'bank');
    expect(made, made.stdout + made.stderr).toMatchObject({ status: 0 });
    expect(service.process.exitCode).toBe(null);
    const commits = await writer.stop();
    const [archive = ''] = await archivesOf('bank');
    const into = join(fleet.folder, 'extracted');
    const path = join(root, 'backups', archive);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await restore(await confOf('bank'), 'extract', path, '--into', into)).status).toBe(0);
    const copy = (await readdir(into, { recursive: true })).find((file) => /main[^/]*$/.test(file)) ?? '';
    const { money, transfers, counted, integrity } = bankState(join(into, copy));
    expect({ money, integrity, transfers }).toEqual({ money: 50_000, integrity: 'ok', transfers: counted });
    // What stood in the write-ahead log alone is there, too.
    expect(transfers).toBeGreaterThanOrEqual(before);
    expect(transfers).toBeLessThanOrEqual(commits);
  });

  test('[TN-09] is in its own list, status and journal, and in no other tenant’s', async () => {
    await addTenant(fleet, 'acme');
    await addTenant(fleet, 'beta');
    expect(await lifeboat('backup', '--tenant', 'acme')).toMatchObject({ status: 0 });
    const [own] = await archivesOf('acme');
    const lists = async (name: string) =>
      JSON.parse((await lifeboat('--json', 'list', '--tenant', name)).stdout).map(
        (archive: { file: string }) => archive.file,
      );
    expect(await lists('acme')).toEqual([own]);
    expect(await lists('beta')).toEqual([]);
    expect((await lifeboat('--json', 'list')).stdout).toBe('[]\n');
    const beta = await lifeboat('delete', '--tenant', 'beta', '--yes', '--last-good', String(own));
    expect(beta.status).not.toBe(0);
    expect(await archivesOf('acme')).toEqual([own]);
    expect((await lifeboat('verify', '--tenant', 'beta', `../../acme/backups/${own}`)).status).not.toBe(0);
    const journal = await readFile(
      join(await confOf('beta'), '..', 'logs', 'Backup Journal[001].txt'),
      'utf8',
    );
    expect(journal).not.toContain('backup:');
    const inspected = await restore(
      await confOf('acme'),
      'inspect',
      join(fleet.tenants, 'acme', 'backups', own ?? ''),
    );
    expect(inspected.stdout).toContain('sqlite/main');
    expect(inspected.stdout).not.toContain('beta');
  });

  test('[TN-09] of another tenant is not restored over this one', async () => {
    await addTenant(fleet, 'acme');
    await addTenant(fleet, 'beta');
    await lifeboat('backup', '--tenant', 'acme');
    const [own = ''] = await archivesOf('acme');
    const foreign = await restore(
      await confOf('beta'),
      'apply',
      join(fleet.tenants, 'acme', 'backups', own),
      '--yes',
    );
    expect(foreign.status).not.toBe(0);
    expect(notesIn('beta')).toEqual(['beta']);
  });

  test('[TN-11] is restored by its own conf: the file of now is kept, that of then in its place', async () => {
    await addTenant(fleet, 'acme');
    await lifeboat('backup', '--tenant', 'acme');
    const database = new DatabaseSync(join(fleet.tenants, 'acme', 'db', 'main.sqlite'));
    database.exec("DELETE FROM note; INSERT INTO note VALUES ('spoilt')");
    database.close();
    const [archive = ''] = await archivesOf('acme');
    const path = join(fleet.tenants, 'acme', 'backups', archive);
    const applied = await restore(await confOf('acme'), 'apply', path, '--yes');
    expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
    expect(notesIn('acme')).toEqual(['acme']);
    const kept = (await readdir(join(fleet.tenants, 'acme', 'db'), { recursive: true })).filter(
      (file) => file !== 'main.sqlite',
    );
    expect(kept.join()).toMatch(/main\.sqlite|lifeboat/);
    expect(await lifeboat('backup', '--tenant', 'acme')).toMatchObject({ status: 0 });
  });

  test('[TN-10] without room or the right to write: the folder, what is needed and what is there', async () => {
    const root = await addTenant(fleet, 'acme', 500_000);
    await using disk = await smallDisk(join(root, 'backups'), 1024 * 1024);
    await disk.leave(8192);
    const full = await lifeboat('backup', '--tenant', 'acme');
    expect(full).toMatchObject({ status: 23 });
    if (disk.kind === 'file system') {
      expect(full.stdout).toContain(join(root, 'backups'));
      expect(full.stdout).toMatch(/needed.*free|is full/);
    }
    expect(await archivesOf('acme')).toEqual([]);
    await disk.free();
    await addTenant(fleet, 'blocked');
    await rm(join(fleet.tenants, 'blocked', 'backups'), { recursive: true, force: true });
    await writeFile(join(fleet.tenants, 'blocked', 'backups'), 'a file');
    const blocked = await lifeboat('backup', '--tenant', 'blocked');
    expect(blocked.status).not.toBe(0);
    expect(blocked.stdout + blocked.stderr).toContain(join(fleet.tenants, 'blocked', 'backups'));
  });
});

describe('the settings of a tenant', () => {
  test('[TN-07] interval, keep count and keep period are its own, over those of the profile', async () => {
    await addTenant(fleet, 'acme');
    await addTenant(fleet, 'beta');
    const changed = await lifeboat('settings', '--tenant', 'acme', 'every=6 hours', 'frequency=', 'keep=2');
    expect(changed, changed.stderr).toMatchObject({ status: 0 });
    const of = async (name: string) =>
      JSON.parse((await lifeboat('--json', 'settings', '--tenant', name)).stdout);
    expect(await of('acme')).toMatchObject({ every: '6 hours', keep: '2' });
    expect(await of('beta')).toMatchObject({ frequency: 'Not Use', keep: '7' });
    for (let run = 0; run < 3; run += 1) await lifeboat('backup', '--tenant', 'acme');
    expect((await archivesOf('acme')).length).toBe(2);
    await lifeboat('settings', '--tenant', 'acme', 'keep_days=30', 'keep=');
    expect(await of('acme')).toMatchObject({ keep_days: '30' });
    await writeFile(fleet.profile, (await readFile(fleet.profile, 'utf8')).replace('Not Use', 'Weekly'));
    expect(await of('beta')).toMatchObject({ frequency: 'Weekly' });
    expect(await of('acme')).toMatchObject({ every: '6 hours' });
  });

  test.each(['path=/tmp', 'state=/tmp', 'journal=/tmp', 'second_path=/tmp', 'nice=19', 'io_limit=1'])(
    'never say where to or how hard: %s',
    async (change) => {
      await addTenant(fleet, 'acme');
      const refused = await lifeboat('settings', '--tenant', 'acme', change);
      expect(refused.status).toBe(11);
      expect(refused.stdout + refused.stderr).toContain("not a tenant's to set");
    },
  );

  test('[TN-08] nothing runs by itself unless automation is on, and status says so', async () => {
    await addTenant(fleet, 'acme');
    await lifeboat('settings', '--tenant', 'acme', 'frequency=Daily', 'automation=paused');
    await using service = await startService(fleet);
    const status = async () => JSON.parse((await lifeboat('--json', 'status', '--tenant', 'acme')).stdout);
    expect(await status()).toMatchObject({ nextRun: null, notByItself: 'automatic backup is paused' });
    await lifeboat('settings', '--tenant', 'acme', 'automation=on');
    expect(await status()).toMatchObject({ nextRun: expect.any(String), notByItself: null });
    await service.stop();
    expect(await status()).toMatchObject({ notByItself: expect.stringContaining('no service is running') });
  });

  test('mistakes of the section and of the profile are named with file, section and key', async () => {
    await addTenant(fleet, 'acme');
    await writeFile(
      fleet.profile,
      '[system]\nname = x\n\n[sqlite main]\npath = db\n\n[mail me]\n\n[backup]\nkeep = 0\n',
    );
    const { stderr, stdout } = await lifeboat('backup', '--tenant', 'acme');
    const said = stderr + stdout;
    expect(said).toContain(`${fleet.profile} line 2, [system] name: found this key`);
    expect(said).toContain(`${fleet.profile} line 7, [mail me]: found this section`);
    expect(said).toContain(`${fleet.profile} line 10, [backup] keep: found "0"`);
  });
});

describe('a service with tenants', () => {
  test('shows what a tenant does and stops it; its own system goes on beside it', async () => {
    await addTenant(fleet, 'acme');
    await using _service = await startService(fleet);
    expect(await lifeboat('stop', '--tenant', 'acme')).toMatchObject({ status: 0 });
    expect(await lifeboat('backup')).toMatchObject({ status: 0 });
    expect(await lifeboat('backup', '--tenant', 'acme')).toMatchObject({ status: 0 });
    expect((await lifeboat('backup', '--tenant', 'nobody')).stderr).toContain('there is no tenant "nobody"');
    expect(await lifeboat('serve', '--tenant', 'acme')).toMatchObject({ status: 2 });
  });
});

function notesIn(name: string): unknown[] {
  const database = new DatabaseSync(join(fleet.tenants, name, 'db', 'main.sqlite'), { readOnly: true });
  try {
    return database
      .prepare('SELECT text FROM note')
      .all()
      .map(({ text }) => text);
  } finally {
    database.close();
  }
}
