import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { HistoryEntry } from '#journal/history-entry.ts';
import { ERRORS } from '#platform/errors.ts';
import { readJournal } from '../fakes/read-journal.ts';
import { filesBelow } from './files-below.ts';
import { type RealSystem, type RealSystemOptions, realSystem } from './real-system.ts';
import { bodyOf, signInFirst } from './sign-in.ts';

const root = join(import.meta.dirname, '..', '..');

const journalOf = async (system: RealSystem): Promise<string[]> =>
  await readJournal(join(system.state, 'logs', 'Backup Journal[001].txt'));

async function historyOf(system: RealSystem): Promise<HistoryEntry[]> {
  return JSON.parse(await readFile(join(system.backups, 'backupHistory.json'), 'utf8')).backups;
}

/** Files enough that a backup of them can be killed while it goes on. */
async function bigSystem(options: RealSystemOptions = {}): Promise<RealSystem> {
  const system = await realSystem({ ...options, conf: { 'folder big': ['path = big'], ...options.conf } });
  await mkdir(join(system.root, 'big'));
  for (let i = 0; i < 8; i += 1) {
    await writeFile(join(system.root, 'big', `${i}.bin`), Buffer.alloc(20_000_000, i));
  }
  return system;
}

/** Starts a backup and kills it, as kill -9 does, once its draft grows. */
async function killBackup(system: RealSystem): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(root, 'apps/service/main.ts'), '--conf', system.conf, 'backup'],
    {
      stdio: 'ignore',
    },
  );
  const gone = once(child, 'exit');
  while (!filesBelow(join(system.backups, '.lifeboat')).some((name) => name.endsWith('.part')))
    await sleep(5);
  child.kill('SIGKILL');
  expect(await gone).toEqual([null, 'SIGKILL']);
}

test('[FD-11] [FD-26] every backup, verify, delete and restore is in the journal, with how long it took', async () => {
  await using system = await realSystem();
  await system.lifeboat('backup');
  const [archive] = (await system.archives()) as [string];
  await system.lifeboat('verify');
  await system.restore('apply', archive, '--yes');
  await system.restore('verify', archive);
  await writeFile(join(system.backups, 'cut.zip'), (await readFile(archive)).subarray(0, 3000));
  await system.restore('verify', join(system.backups, 'cut.zip'));
  await system.lifeboat('delete', '1', '--yes');
  const lines = await journalOf(system);
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}Zutritt {2}\S/);
  const ends = lines.flatMap(
    (line) => /(\w+): (\w+) \(([\w-]+)\) after \d+\.\d s: ./.exec(line)?.slice(1, 4) ?? [],
  );
  expect(ends).toEqual([
    ...['backup', 'done', 'done'],
    ...['verify', 'done', 'done'],
    ...['restore', 'done', 'done'],
    ...['verify', 'done', 'done'],
    ...['verify', 'failed', 'archive-cut'],
    ...['delete', 'failed', 'archive-last-good'],
  ]);
  expect(lines.filter((line) => line.endsWith(': started'))).toHaveLength(6);

  const status = JSON.parse((await system.lifeboat('--json', 'status')).stdout);
  expect(status.lastRun).toMatchObject({ state: 'done', startedAt: expect.any(String) });
  expect(status.lastRun.durationMs).toBeGreaterThan(0);
  expect(Temporal.Instant.from(status.nextRun)).toBeInstanceOf(Temporal.Instant);
  const { stdout } = await system.lifeboat('status');
  expect(stdout).toContain(`took          ${status.lastRun.durationMs} ms\n`);
});

test('[FD-14] [FD-16] the history names what each backup saved and where; its path can be asked for', async () => {
  await using system = await realSystem({ conf: { backup: ['keep = 2'] } });
  const path = join(system.backups, 'backupHistory.json');
  expect((await system.lifeboat('history')).stdout).toContain(`no backups in ${path} yet`);
  for (let run = 0; run < 3; run += 1) await system.lifeboat('backup');
  await rm(join(system.root, 'image'), { recursive: true });
  await system.lifeboat('backup');
  expect((await system.lifeboat('history', '--path')).stdout).toBe(`${path}\n`);
  expect(JSON.parse((await system.lifeboat('--json', 'history', '--path')).stdout)).toEqual({ path });
  const { backups } = JSON.parse((await system.lifeboat('--json', 'history')).stdout);
  expect(backups).toMatchObject([
    { number: 4, status: 'incomplete', code: 3, system: 'Zutritt' },
    { number: 3, status: 'done', code: 0 },
    { number: 2, status: 'done', code: 0 },
  ]);
  // Each archive that is there, and none that is gone.
  const archives = (backups as HistoryEntry[]).flatMap((entry) => entry.archives);
  expect(archives.toSorted()).toEqual(await system.archives());
  const [incomplete, good] = backups as [HistoryEntry, HistoryEntry];
  expect(good.durationMs).toBeGreaterThan(0);
  const saved = new Map(good.saved.map((part) => [part.component, part]));
  expect(saved.get('folder/image')).toMatchObject({ path: join(system.root, 'image'), items: 40 });
  expect(saved.get('sqlite/log')?.path).toBe(join(system.root, 'db', 'log.db'));
  expect(saved.get('file/setting')?.path).toBe(join(system.root, 'conf', 'setting.conf'));
  expect(incomplete.saved.find(({ component }) => component === 'folder/image')?.state).toBe('missing');
  expect((await system.lifeboat('history')).stdout).toMatch(
    /^ {3}4 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +\d+ ms {2}incomplete \(3\) {2}.*\n {3}3 {2}.* {2}done \(0\) {2}/,
  );
});

test('[FD-15] without the history numbers begin at 1 again, and every archive that was there stays as it was', async () => {
  await using system = await realSystem();
  for (let run = 0; run < 2; run += 1) await system.lifeboat('backup');
  const before = new Map<string, string>();
  for (const path of await system.archives()) before.set(path, (await readFile(path)).toString('base64'));
  await rename(join(system.backups, 'backupHistory.json'), join(system.backups, 'moved.json'));
  await system.lifeboat('backup');
  await rm(join(system.backups, 'backupHistory.json'));
  // A name tells number and second: within the same second the next number would be taken.
  await sleep(1000);
  await system.lifeboat('backup');
  expect((await historyOf(system)).map(({ number }) => number)).toEqual([1]);
  const archives = await system.archives();
  expect(archives).toHaveLength(4);
  for (const [path, content] of before) expect((await readFile(path)).toString('base64')).toBe(content);
  const listed = JSON.parse((await system.lifeboat('--json', 'list')).stdout) as { number: number }[];
  expect(listed.map(({ number }) => number)).toEqual([1, 1, 2, 1]);
  // Which one is meant must be said: none is deleted by a guess.
  const asked = await system.lifeboat('delete', '1', '--yes');
  expect(asked.status).toBe(ERRORS.usage.exit);
  expect(asked.stdout).toMatch(/3 archives have this number: zutritt/);
  expect(await system.archives()).toEqual(archives);
  expect(await system.lifeboat('delete', basename(archives[0] as string), '--yes')).toMatchObject({
    status: 0,
  });
});

test('[FD-14] a history that is cut or foreign is set aside, told in the journal, and fails no backup', async () => {
  await using system = await realSystem();
  for (let run = 0; run < 2; run += 1) await system.lifeboat('backup');
  const path = join(system.backups, 'backupHistory.json');
  const cut = (await readFile(path, 'utf8')).slice(0, 300);
  await writeFile(path, cut);
  expect((await system.lifeboat('history')).status).toBe(ERRORS['read-failed'].exit);
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect((await historyOf(system)).map(({ number }) => number)).toEqual([3]);
  const [aside = ''] = (await readdir(system.backups)).filter((name) => name.startsWith('backupHistory-'));
  expect(await readFile(join(system.backups, aside), 'utf8')).toBe(cut);
  expect((await journalOf(system)).join('\n')).toContain(
    `backup: backupHistory.json is cut, or no JSON: it is now called ${aside}, and a new one is begun`,
  );
});

test('[FD-04] kill -9 during a backup: the next start closes it as interrupted, 1406, once', async () => {
  await using system = await bigSystem();
  await system.lifeboat('backup');
  await killBackup(system);
  expect((await journalOf(system)).at(-1)).toMatch(/backup: started$/);
  await system.lifeboat('verify', '1');
  const closed = /backup: interrupted \(interrupted, 1406\): begun .*, cut off by a kill or a power cut/;
  const lines = await journalOf(system);
  const at = lines.findIndex((line) => closed.test(line));
  expect(lines[at + 1]).toMatch(/verify: started$/);
  expect(await historyOf(system)).toMatchObject([
    { number: 1, status: 'done' },
    { number: 2, status: 'interrupted', code: 1406, durationMs: null, archives: [] },
  ]);
  expect((await system.lifeboat('status')).stdout).toMatch(/last backup .* {2}interrupted: begun /);
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect((await journalOf(system)).filter((line) => closed.test(line))).toHaveLength(1);
  expect((await historyOf(system)).map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(await system.archives()).toHaveLength(2);
  expect(filesBelow(join(system.state, 'open-runs'))).toEqual([]);
});

test('[FD-04] the service closes it too when it starts, and history and status say so over HTTP [FD-16] [FD-26]', async () => {
  await using system = await bigSystem();
  await killBackup(system);
  const service = spawn(
    process.execPath,
    [join(root, 'apps/service/main.ts'), '--conf', system.conf, 'serve', '--port', '0'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const url = /http:\S+/.exec(String(await once(service.stdout, 'data')))?.[0];
    const browser = await signInFirst(system, String(url));
    const history = await bodyOf(browser.get('api/history'));
    expect(history).toMatchObject({
      path: join(system.backups, 'backupHistory.json'),
      backups: [{ number: 1, status: 'interrupted', code: 1406 }],
    });
    const status = await bodyOf(browser.get('api/status'));
    expect(status).toMatchObject({
      lastRun: { state: 'interrupted', startedAt: expect.any(String), durationMs: 0 },
      nextRun: expect.any(String),
    });
  } finally {
    service.kill('SIGTERM');
    await once(service, 'exit');
  }
  expect((await journalOf(system)).some((line) => /interrupted, 1406/.test(line))).toBe(true);
});

test('[FD-04] a stop is 1406 in journal and history; [FD-13] with verbose = no little else is in the journal', async () => {
  await using system = await bigSystem({ conf: { backup: ['verbose = no'] } });
  await system.lifeboat('verify');
  const child = spawn(
    process.execPath,
    [join(root, 'apps/service/main.ts'), '--conf', system.conf, 'backup'],
    {
      stdio: 'ignore',
    },
  );
  while (!filesBelow(join(system.backups, '.lifeboat')).some((name) => name.endsWith('.part')))
    await sleep(5);
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(await historyOf(system)).toMatchObject([{ number: 1, status: 'interrupted', code: 1406 }]);
  await system.lifeboat('backup');
  expect((await journalOf(system)).map((line) => line.slice(21))).toEqual([
    'Zutritt  verify: started',
    expect.stringMatching(/^Zutritt {2}verify: failed \(archive-missing\) after/),
    'Zutritt  backup: started',
    expect.stringMatching(
      /^Zutritt {2}backup: interrupted \(interrupted, 1406\) after \d+\.\d s: stopped before the end/,
    ),
    'Zutritt  backup: started',
  ]);
});
