import { chmod, copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchNode } from '../../installer/fetch-node.ts';
import { TARGETS } from '../../installer/programs.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';
import { openWine, type Wine } from './open-wine.ts';
import { renameAccount } from './rename-account.ts';

/**
 * What Wine keeps of access rights are the permission bits of the file below: whether the account that runs it may, and
 * whether everybody else may. Owners and named accounts it takes and forgets.
 */
const REPOSITORY = join(import.meta.dirname, '..', '..');
const ROOT = 'C:\\System (x64)';
const BACKUPS = `${ROOT}\\Backup`;
const STATE = 'C:\\state (x64)';
const WHERE = ['--conf', `${ROOT}\\sysbackup.conf`, '--state', STATE];
/** The account that Wine runs programs as, and one of the same length that there is not. */
const OWN = 'S-1-5-21-0-0-0-1000';
const GONE = 'S-1-5-21-0-0-0-4711';

/** What nobody but Wine's own account may open. */
const CLOSED = ['cert', 'cert\\key (ä).pem', 'conf\\setting.conf', 'log.db'];

let wine: Wine;
const file = (path: string): string => wine.file(`${ROOT}\\${path}`);
const lifeboat = (...words: string[]) => wine.run(`${ROOT}\\lifeboat.exe`, ...WHERE, ...words);
const restore = (...words: string[]) => wine.run(`${ROOT}\\lifeboat-restore.exe`, ...WHERE, ...words);

beforeAll(async () => {
  wine = await openWine();
  for (const folder of ['cert\\inner', 'conf', 'Backup']) await mkdir(file(folder), { recursive: true });
  for (const program of ['lifeboat.exe', 'lifeboat-restore.exe']) {
    await copyFile(join(REPOSITORY, 'dist', 'windows-x64', program), file(program));
  }
  await writeFile(file('cert\\key (ä).pem'), 'a key');
  await writeFile(file('cert\\inner\\open.txt'), 'for all');
  await writeFile(file('conf\\setting.conf'), '[door]\r\nopen = 1\r\n');
  const database = new DatabaseSync(file('log.db'));
  database.exec('CREATE TABLE event (id INTEGER PRIMARY KEY)');
  database.close();
  const conf = [
    ...['[system]', 'name = Zutritt', `root = ${ROOT}`, 'version = 2.9'],
    ...['[sqlite log]', 'path = log.db', '[folder cert]', 'path = cert'],
    ...['[file setting]', 'path = conf\\setting.conf'],
    ...['[backup]', `path = ${BACKUPS}`, 'compression = None'],
  ];
  await writeFile(file('sysbackup.conf'), conf.join('\r\n'));
});

afterAll(() => wine[Symbol.asyncDispose]());

/** Whom Wine then lets in: nobody but its own account, or everybody. */
const forOwn = (path: string): Promise<void> => chmod(file(path), 0o700);
const forAll = (path: string): Promise<void> => chmod(file(path), 0o777);
const isForAll = async (path: string): Promise<boolean> => ((await stat(file(path))).mode & 0o004) !== 0;

async function newestArchive(): Promise<string> {
  const names = (await readdir(file('Backup'))).filter((name) => name.endsWith('.zip'));
  return names.sort().at(-1) as string;
}

test('[BS-02] access rights go into the archive and come back with what is restored', async () => {
  for (const path of CLOSED) await forOwn(path);
  for (const path of ['cert\\inner', 'cert\\inner\\open.txt']) await forAll(path);
  const made = await lifeboat('backup');
  expect(made.status, made.output).toBe(0);
  expect(made.output, 'Node says nothing of its own').not.toMatch(/Warning/);
  const name = await newestArchive();
  const list = new AdmZip(join(file('Backup'), name)).readAsText('folder/cert/files.ndjson').trim();
  const rights = list.split('\n').map((line) => (JSON.parse(line) as { sddl: string }).sddl);
  expect(rights).toHaveLength(4);
  expect(rights.map((sddl) => sddl.includes(';;;WD)'))).toEqual([false, true, true, false]);
  for (const sddl of rights) expect(sddl).toMatch(new RegExp(`^O:${OWN}G:S-1-5-[\\d-]+D:\\(A;`));

  for (const path of CLOSED) await forAll(path);
  await rm(file('cert\\inner'), { recursive: true });
  await rm(file('log.db'));
  const restored = await restore('apply', `${BACKUPS}\\${name}`, '--yes');
  expect(restored.status, restored.output).toBe(0);
  expect(restored.output).toMatch(/checked folder\/cert: 2 files, 12 B: equal to the archive\n/);
  expect(restored.output).not.toMatch(/is not on this machine/);
  for (const path of CLOSED) {
    expect(await isForAll(path), path).toBe(false);
  }
  for (const path of ['cert\\inner', 'cert\\inner\\open.txt']) expect(await isForAll(path), path).toBe(true);
});

test('[BS-02] accounts that the machine does not have, and rights that it does not keep, are named; the files are restored', async () => {
  const archive = await readFile(join(file('Backup'), await newestArchive()));
  await writeFile(wine.file('C:\\foreign.zip'), renameAccount(archive, OWN, GONE));
  await writeFile(file('cert\\key (ä).pem'), 'broken');
  const restored = await restore('apply', 'C:\\foreign.zip', '--yes');
  expect(restored.status, restored.output).toBe(0);
  expect(restored.output).toContain(
    `account ${GONE} is not on this machine: the access rights of 7 things name it, and are restored as they are`,
  );
  expect(restored.output).toMatch(
    /checked folder\/cert: .*; access rights of 4 could not be set \(inner\/open\.txt: not kept as they were set\)/,
  );
  expect(await readFile(file('cert\\key (ä).pem'), 'utf8')).toBe('a key');
});

test('[LB-11] a folder of backups or state that others may enter is a risk, with the line that keeps them out', async () => {
  const risks = async () => {
    const { output } = await lifeboat('--json', 'status');
    const { risks: all } = JSON.parse(output) as { risks: { code: string; place: string }[] };
    return all.filter(({ code }) => code === 'exposed');
  };
  await forAll('Backup');
  await chmod(wine.file(STATE), 0o700);
  await chmod(wine.file(`${STATE}\\logs`), 0o700);
  const command = `icacls "${BACKUPS}" /inheritance:r /grant:r "*S-1-5-18:(OI)(CI)F" /grant:r "*S-1-5-32-544:(OI)(CI)F" /grant:r "*${OWN}:(OI)(CI)F" /remove:g "*S-1-1-0"`;
  expect(await risks()).toEqual([{ code: 'exposed', place: BACKUPS, who: 'Everyone', command }]);
  const checked = await lifeboat('check');
  expect(checked.status, checked.output).toBe(0);
  expect(checked.output).toContain(`${BACKUPS} lets in others than SYSTEM and Administrators: Everyone`);
  expect(checked.output).toContain(command);
  await forOwn('Backup');
  expect(await risks()).toEqual([]);
  expect((await lifeboat('check')).output).not.toMatch(/lets in others/);
});

test('[FD-06] files that another program has open and shares with nobody are named, and the set is incomplete', async () => {
  await using work = await temporaryFolder();
  const target = TARGETS.find(({ system }) => system === 'windows');
  if (target === undefined) throw new Error('there is no Node for Windows');
  await copyFile(
    await fetchNode(target, { repository: REPOSITORY, work: work.path }),
    wine.file('C:\\node.exe'),
  );
  await copyFile(join(import.meta.dirname, 'hold-files.mjs'), wine.file('C:\\hold-files.mjs'));
  const locked = ['cert\\key (ä).pem', 'conf\\setting.conf'];
  const held = locked.map((path) => `${ROOT}\\${path}`);
  const holder = wine.run('C:\\node.exe', 'C:\\hold-files.mjs', 'C:\\held.txt', ...held);
  await expect
    .poll(() => readFile(wine.file('C:\\held.txt'), 'utf8').catch(() => ''), { timeout: 30_000 })
    .toBe('held');
  const made = await lifeboat('backup');
  await rm(wine.file('C:\\held.txt'));
  const ended = await holder;
  expect(ended.status, ended.output).toBe(0);
  expect(made.status, made.output).toBe(3);
  for (const path of [`${ROOT}/cert/key (ä).pem`, held[1] as string]) {
    const named = made.output
      .split('\n')
      .filter((line) => line.replaceAll('\\', '/').includes(path.replaceAll('\\', '/')));
    expect(named.join('\n'), path).toContain('another program has it open and shares it with nobody');
  }
  const again = await lifeboat('backup');
  expect(again.status, again.output).toBe(0);
});
