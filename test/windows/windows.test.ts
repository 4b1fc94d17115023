import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filesBelow } from '../e2e/files-below.ts';
import { openWine, type Wine } from './open-wine.ts';

const DIST = join(import.meta.dirname, '..', '..', 'dist', 'windows-x64');
const PROGRAM = 'C:\\Program Files\\Lifeboat\\lifeboat.exe';
const RESTORE = 'C:\\Program Files\\Lifeboat restore\\lifeboat-restore.exe';
const DATA = 'C:\\ProgramData\\Lifeboat';
const ROOT = 'C:\\Program Files\\System (x64)';
const BACKUPS = `${ROOT}\\Backup`;
const PORT = 18_437;
/** A service of the system itself. */
const DOOR = 'Door control (x64)';

/** 30 folders of 20 letters: more than the 260 characters that Windows takes without further ado. */
const DEEP = Array.from({ length: 30 }, (_, i) => `ordner ${String(i).padStart(2, '0')} ${'ü'.repeat(10)}`);

let wine: Wine;

beforeAll(async () => {
  wine = await openWine();
  for (const name of ['lifeboat-setup.exe', 'lifeboat-restore-setup.exe', 'lifeboat-restore.exe']) {
    await copyFile(join(DIST, name), wine.file(`C:\\${name}`));
  }
  await makeSystem();
  await wine.run('sc', 'create', DOOR, 'binPath=', 'C:\\windows\\notepad.exe', 'start=', 'auto');
});

afterAll(() => wine[Symbol.asyncDispose]());

async function makeSystem(): Promise<void> {
  const file = (path: string): string => wine.file(`${ROOT}\\${path}`);
  for (const folder of ['db', 'conf', 'cert', 'bild', 'Backup'])
    await mkdir(file(folder), { recursive: true });
  const deep = join(file('bild'), ...DEEP.slice(0, 10));
  await mkdir(deep, { recursive: true });
  await writeFile(join(deep, 'tief (ä).jpg'), randomBytes(5000));
  for (let i = 0; i < 50; i += 1) await writeFile(file(`bild\\Foto ${i} größe 日本.jpg`), randomBytes(3000));
  await writeFile(file('conf\\setting.conf'), '[door]\r\nopen = 1\r\n');
  await writeFile(file('cert\\key.pem'), 'a key');
  await writeFile(file('version.txt'), '2.9.11.1000\r\n');
  fill(file('db\\log.db'), 5000);
  await writeFile(
    wine.file('C:\\product.conf'),
    [
      '[system]',
      'name = Zutritt',
      `root = ${ROOT}`,
      'version_file = version.txt',
      `services = ${DOOR}`,
      '[sqlite log]',
      'path = db\\log.db',
      '[folder bild]',
      'path = bild',
      '[folder cert]',
      'path = cert',
      '[file setting]',
      'path = conf\\setting.conf',
      '[backup]',
      `path = ${BACKUPS}`,
    ].join('\r\n'),
  );
}

function fill(path: string, rows: number): void {
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY, text TEXT)');
  database.exec('DELETE FROM event');
  const insert = database.prepare('INSERT INTO event (text) VALUES (?)');
  database.exec('BEGIN');
  for (let i = 0; i < rows; i += 1) insert.run(`Tür ${i} geöffnet`);
  database.exec('COMMIT');
  database.close();
}

function rowsOf(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  const row = database.prepare('SELECT count(*) AS rows FROM event').get() as { rows: number };
  database.close();
  return row.rows;
}

const archives = async (): Promise<string[]> =>
  (await readdir(wine.file(BACKUPS))).filter((name) => name.endsWith('.zip')).sort();

async function health(): Promise<number | undefined> {
  try {
    return (await fetch(`http://127.0.0.1:${PORT}/healthz`)).status;
  } catch {
    return undefined;
  }
}

test('without the conf of a product the service is set up, not started, and what comes next is said by files', async () => {
  const installed = await wine.run('C:\\lifeboat-setup.exe', '/S', `/PORT=${PORT}`);
  expect(installed.status, installed.output).toBe(0);
  expect(existsSync(wine.file('C:\\Program Files\\Lifeboat\\sysbackup.example.conf'))).toBe(true);
  expect(existsSync(wine.file(`${DATA}\\sysbackup.conf`))).toBe(false);
  expect((await wine.run('sc', 'query', 'Lifeboat')).output).toMatch(/STATE +: 1 +STOPPED/);
});

test('installed in silence with the conf of a product, the service runs and makes a backup that it is asked for', async () => {
  const installed = await wine.run(
    'C:\\lifeboat-setup.exe',
    '/S',
    '/PROFILE=C:\\product.conf',
    `/PORT=${PORT}`,
  );
  expect(installed.status, installed.output).toBe(0);
  expect(await readFile(wine.file(`${DATA}\\sysbackup.conf`), 'utf8')).toContain('name = Zutritt');
  await expect.poll(health, { timeout: 60_000 }).toBe(200);
  expect((await wine.run(PROGRAM, '--version')).output).toMatch(/^\d+\.\d+\.\d+ \(commit /);
  // Wine's icacls does nothing, so what the installer closed stands open: the service tells of it at its start.
  const journal = await readFile(wine.file(`${DATA}\\state\\logs\\Backup Journal[001].txt`), 'utf8');
  expect(journal).toContain(
    `ALARM alert: ${BACKUPS} lets in others than SYSTEM and Administrators: Everyone; ${DATA}\\state lets in`,
  );

  const made = await wine.run(
    PROGRAM,
    '--conf',
    `${DATA}\\sysbackup.conf`,
    '--state',
    `${DATA}\\state`,
    'backup',
  );
  expect(made.status, made.output).toBe(0);
  expect(made.output).toMatch(/backup done after .* written and verified/);
  const log = await readFile(wine.file(`${DATA}\\logs\\service.log`), 'utf8');
  expect(log, 'it was the service that made it').toMatch(/"what":"backup ended"/);
  expect(log).toMatch(/"title":"ALARM: others may read the backups".*icacls/);
  const verified = await wine.run(
    PROGRAM,
    '--conf',
    `${DATA}\\sysbackup.conf`,
    '--state',
    `${DATA}\\state`,
    'verify',
  );
  expect(verified.status, verified.output).toBe(0);
});

test('the restore tool, alone on a stick, brings back what was changed and extracts long names', async () => {
  const [archive] = (await archives()) as [string];
  const path = `${BACKUPS}\\${archive}`;
  const images = wine.file(`${ROOT}\\bild`);
  const before = await filesBelow(images);
  await rm(images, { recursive: true });
  await writeFile(wine.file(`${ROOT}\\conf\\setting.conf`), 'broken');
  fill(wine.file(`${ROOT}\\db\\log.db`), 3);

  const where = ['--conf', `${DATA}\\sysbackup.conf`, '--state', `${DATA}\\state`];
  const restored = await wine.run('C:\\lifeboat-restore.exe', ...where, 'apply', path, '--yes');
  expect(restored.status, restored.output).toBe(0);
  expect(await filesBelow(images)).toEqual(before);
  expect(await readFile(wine.file(`${ROOT}\\conf\\setting.conf`), 'utf8')).toBe('[door]\r\nopen = 1\r\n');
  expect(rowsOf(wine.file(`${ROOT}\\db\\log.db`))).toBe(5000);

  const extracted = await wine.run('C:\\lifeboat-restore.exe', 'extract', path, '--into', 'C:\\out (neu)');
  expect(extracted.status, extracted.output).toBe(0);
  const out = await filesBelow(wine.file('C:\\out (neu)'));
  expect(out.filter((name) => name.endsWith('tief (ä).jpg'))).toHaveLength(1);
});

test("[LB-01] a restore that is cut off keeps the system's service from starting; recover gives its start type back", async () => {
  const startType = async (): Promise<string | undefined> => {
    const key = `HKLM\\SYSTEM\\CurrentControlSet\\Services\\${DOOR}`;
    const { output } = await wine.run('reg', 'query', key, '/v', 'Start');
    return /Start\s+REG_DWORD\s+(\S+)/.exec(output)?.[1];
  };
  const [archive] = (await archives()) as [string];
  const where = ['--conf', `${DATA}\\sysbackup.conf`, '--state', `${DATA}\\state`];
  const apply = [...where, 'apply', `${BACKUPS}\\${archive}`, '--yes'];
  expect(await startType()).toBe('0x2');

  // The first record begins the restore; the second is written when the services are disabled.
  const killed = await wine.runWith({ LIFEBOAT_TEST_KILL: 'after:2' }, 'C:\\lifeboat-restore.exe', ...apply);
  expect(killed.status, killed.output).not.toBe(0);
  expect(await startType()).toBe('0x4');
  const refused = await wine.run('sc', 'start', DOOR);
  expect(refused.output).not.toMatch(/START_PENDING|RUNNING/);
  const recovered = await wine.run('C:\\lifeboat-restore.exe', ...where, 'recover');
  expect(recovered.output).toMatch(/recover done .*is rolled back: nothing live had been touched/);
  expect(await startType()).toBe('0x2');

  const done = await wine.run('C:\\lifeboat-restore.exe', ...apply);
  expect(done.status, done.output).toBe(0);
  expect(await startType()).toBe('0x2');
});

test('[LB-01] a folder that another program has open is restored, and brought back, by its contents', async () => {
  const [archive] = (await archives()) as [string];
  const images = wine.file(`${ROOT}\\bild`);
  const ofImages = async (): Promise<string[]> =>
    (await readdir(images, { recursive: true })).filter((name) => !name.includes('.lifeboat-')).sort();
  const saved = await ofImages();
  await writeFile(join(images, 'of today.jpg'), 'taken since');
  const hold = [`cd /d "${ROOT}\\bild"`, 'echo held> C:\\held.txt', 'ping -n 20 127.0.0.1', ''];
  await writeFile(wine.file('C:\\hold.bat'), hold.join('\r\n'));
  const holding = wine.run('cmd', '/c', 'C:\\hold.bat');
  await expect.poll(() => existsSync(wine.file('C:\\held.txt'))).toBe(true);
  const where = ['--conf', `${DATA}\\sysbackup.conf`, '--state', `${DATA}\\state`];
  const apply = [...where, 'apply', `${BACKUPS}\\${archive}`, '--yes', '--only', 'folder/bild'];

  const restored = await wine.run('C:\\lifeboat-restore.exe', ...apply);
  expect(restored.output).toMatch(
    /bild is open in another program, so it stays and what is in it is exchanged/,
  );
  expect(restored.status, restored.output).toBe(0);
  expect(await ofImages()).toEqual(saved);
  const undone = await wine.run('C:\\lifeboat-restore.exe', ...where, 'undo');
  expect(undone.status, undone.output).toBe(0);
  expect(await ofImages()).toContain('of today.jpg');
  await rm(join(images, 'of today.jpg'));
  await holding;
});

test('an installation over the older one keeps conf, numbers and archives, and the service goes on', async () => {
  const conf = await readFile(wine.file(`${DATA}\\sysbackup.conf`), 'utf8');
  const installed = await wine.run(
    'C:\\lifeboat-setup.exe',
    '/S',
    '/PROFILE=C:\\other.conf',
    `/PORT=${PORT}`,
  );
  expect(installed.status, installed.output).toBe(0);
  expect(await readFile(wine.file(`${DATA}\\sysbackup.conf`), 'utf8')).toBe(conf);
  await expect.poll(health, { timeout: 60_000 }).toBe(200);
  const made = await wine.run(
    PROGRAM,
    '--conf',
    `${DATA}\\sysbackup.conf`,
    '--state',
    `${DATA}\\state`,
    'backup',
  );
  expect(made.output).toMatch(/zutritt-\d+T\d+Z-2\.zip written and verified/);
});

test('the restore tool is installed by itself, with an entry in the Start menu, and leaves nothing', async () => {
  expect(await wine.run('C:\\lifeboat-restore-setup.exe', '/S')).toMatchObject({ status: 0 });
  expect((await wine.run(RESTORE, '--version')).status).toBe(0);
  const menu = 'C:\\ProgramData\\Microsoft\\Windows\\Start Menu\\Programs\\Lifeboat';
  expect((await readdir(wine.file(menu))).sort()).toEqual([
    'Lifeboat restore.lnk',
    'Lifeboat settings page.url',
  ]);
  await wine.run('C:\\Program Files\\Lifeboat restore\\uninstall-lifeboat-restore.exe', '/S');
  await expect
    .poll(() => readdir(wine.file(menu)), { timeout: 30_000 })
    .toEqual(['Lifeboat settings page.url']);
  expect(existsSync(wine.file(RESTORE))).toBe(false);
});

test('uninstalled, the service is gone; conf, journal, state and archives are there', async () => {
  const kept = await archives();
  await wine.run('C:\\Program Files\\Lifeboat\\uninstall-lifeboat.exe', '/S');
  await expect.poll(() => existsSync(wine.file(PROGRAM)), { timeout: 60_000 }).toBe(false);
  expect(await health()).toBe(undefined);
  expect((await wine.run('sc', 'query', 'Lifeboat')).status).not.toBe(0);
  expect(await archives()).toEqual(kept);
  expect(existsSync(wine.file(`${DATA}\\sysbackup.conf`))).toBe(true);
  const journal = await readFile(wine.file(`${DATA}\\state\\logs\\Backup Journal[001].txt`), 'utf8');
  expect(journal).toMatch(/backup/);
  expect((await readdir(wine.file(`${DATA}\\state`))).length).toBeGreaterThan(1);
});
