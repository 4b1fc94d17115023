import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { ERRORS } from '#platform/errors.ts';
import { takeLock } from '#platform/lock.ts';
import { filesBelow } from './files-below.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import { runProgram } from './run-program.ts';

test('[FD-06] [BS-27] a required file that is missing: an incomplete set that names it, and no good one goes', async () => {
  await using system = await realSystem({
    conf: { backup: ['keep = 1'], 'file licence': ['path = lic/site.lic', 'required = yes'] },
  });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [good] = await system.archives();
  await unlink(join(system.root, 'lic', 'site.lic'));
  for (let run = 0; run < 2; run += 1) {
    const ended = await system.lifeboat('backup');
    expect(ended.status).toBe(ERRORS.incomplete.exit);
    expect(ended.stdout).toMatch(/^backup incomplete .*required file\/licence is missing: .*site\.lic/m);
  }
  const archives = await system.archives();
  expect(archives).toHaveLength(2);
  expect(archives[0]).toBe(good);
  const listed = JSON.parse((await system.lifeboat('--json', 'list')).stdout);
  expect(listed.map((entry: { state: string }) => entry.state)).toEqual(['incomplete', 'good']);
});

test('[BS-04] an optional folder that is empty or absent is no error', async () => {
  await using system = await realSystem();
  await rm(join(system.root, 'upload'), { recursive: true });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
});

test('[FD-19] a renamed archive is shown as such, not counted and not removed', async () => {
  await using system = await realSystem({ conf: { backup: ['keep = 1'] } });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [first] = (await system.archives()) as [string];
  await rename(first, join(system.backups, 'before the fair.zip'));
  for (let run = 0; run < 2; run += 1) expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const names = (await system.archives()).map((path) => basename(path));
  expect(names).toContain('before the fair.zip');
  expect(names).toHaveLength(2);
  expect((await system.lifeboat('list')).stdout).toMatch(/good, renamed {2}before the fair\.zip/);
});

test('[FD-23] None, Fast and Compact: each smaller than the one before, all restorable', async () => {
  await using system = await realSystem({ conf: { 'folder text': ['path = text'] } });
  await makeText(system);
  const sizes: number[] = [];
  for (const compression of ['None', 'Fast', 'Compact']) {
    await setCompression(system, compression);
    expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
    const archive = (await system.archives()).at(-1) as string;
    sizes.push(JSON.parse((await system.lifeboat('--json', 'list')).stdout)[0].bytes);
    expect(await system.restore('verify', archive)).toMatchObject({ status: 0 });
  }
  expect(sizes[1]).toBeLessThan((sizes[0] as number) * 0.7);
  expect(sizes[2]).toBeLessThan(sizes[1] as number);
});

test('[LB-11] check asks for everything before anything runs, and changes nothing', async () => {
  await using system = await realSystem();
  const first = await system.lifeboat('check');
  expect(first).toMatchObject({ status: 0 });
  expect(first.stdout).toMatch(/no good archive to restore from yet/);
  expect(first.stdout).toMatch(/^check done: a backup can run$/m);
  expect(await system.archives()).toEqual([]);
  await system.lifeboat('backup');
  await writeFile(join(system.root, 'VERSION'), '3.0.0\n');
  await rm(join(system.root, 'cert'), { recursive: true });
  const later = await system.lifeboat('check');
  expect(later.status).toBe(ERRORS.incomplete.exit);
  expect(later.stdout).toMatch(/newest good archive is of version 2\.9\.1, installed is 3\.0\.0/);
  expect(later.stdout).toMatch(/^problem folder\/cert/m);
  await rm(system.backups, { recursive: true });
  expect((await system.lifeboat('check')).stdout).toMatch(/^problem the backup path .*\n.*does not exist/m);
});

test('delete asks, and the last good one needs a word of its own', async () => {
  await using system = await realSystem();
  await system.lifeboat('backup');
  const asked = await system.lifeboat('delete', '1');
  expect(asked.status).toBe(ERRORS['archive-last-good'].exit);
  const unsure = await system.lifeboat('delete', '1', '--last-good');
  expect(unsure.status).toBe(ERRORS['not-confirmed'].exit);
  expect(await system.archives()).toHaveLength(1);
  expect(await system.lifeboat('delete', '../../etc/passwd', '--yes', '--last-good')).toMatchObject({
    status: ERRORS['archive-missing'].exit,
  });
  expect(await system.lifeboat('delete', '1', '--yes', '--last-good')).toMatchObject({ status: 0 });
  expect(await system.archives()).toEqual([]);
});

test('status says when the last backup was, how it ended, and when the next one is due', async () => {
  await using system = await realSystem({ conf: { backup: ['frequency = Not Use'] } });
  expect((await system.lifeboat('status')).stdout).toMatch(/last backup +none yet/);
  await system.lifeboat('backup');
  const { stdout } = await system.lifeboat('status');
  expect(stdout).toMatch(/last backup +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}done: zutritt-/);
  expect(stdout).toMatch(/next backup +none: the frequency is Not Use/);
});

test('two runs of one system never meet: the second says who holds the lock, with status 12', async () => {
  await using system = await realSystem();
  await system.lifeboat('backup');
  const {
    system: { id },
  } = JSON.parse((await system.restore('--json', 'inspect', (await system.archives())[0] as string)).stdout);
  await using _held = await takeLock({
    stateFolder: system.state,
    systemId: id,
    purpose: 'a drill',
    clock: systemClock(),
  });
  const [archive] = (await system.archives()) as [string];
  for (const ended of [await system.lifeboat('backup'), await system.restore('apply', archive, '--yes')]) {
    expect(ended.status).toBe(ERRORS['system-locked'].exit);
    expect(ended.stdout).toMatch(/nothing was changed/);
  }
});

test('[BS-24] a backup that is stopped ends as interrupted within 2 seconds and leaves nothing', async () => {
  await using system = await realSystem({ conf: { 'folder big': ['path = big'] } });
  await makeBigFolder(system);
  let stoppedAt = 0;
  let kill: (signal: NodeJS.Signals) => void = () => undefined;
  const ended = await runProgram('service', ['--conf', system.conf, 'backup'], {
    onStart: (how) => {
      kill = how;
    },
    onProgress: (text) => {
      if (!/^writing$/m.test(text) || stoppedAt > 0) return;
      stoppedAt = performance.now();
      kill('SIGINT');
    },
  });
  expect(stoppedAt, 'the backup was still going on').toBeGreaterThan(0);
  expect(performance.now() - stoppedAt).toBeLessThan(2000);
  expect(ended.status).toBe(ERRORS.interrupted.exit);
  expect(ended.stdout).toMatch(/^backup interrupted .* nothing half-made was left$/m);
  expect(await system.archives()).toEqual([]);
  expect(filesBelow(join(system.backups, '.lifeboat'))).toEqual([]);
});

test('every mistake of the conf is one line, all at once; with --json as JSON', async () => {
  await using system = await realSystem({
    conf: { backup: ['keep = 101', 'frequency = Sometimes', 'kep = 3'] },
  });
  const ended = await system.lifeboat('backup');
  expect(ended.status).toBe(ERRORS['conf-invalid'].exit);
  expect(ended.stderr).toMatch(/sysbackup\.conf.*\[backup\].*keep.*101.*1.*100/);
  expect(ended.stderr).toMatch(/frequency.*Sometimes.*Not Use, Daily, Weekly, Monthly/);
  expect(ended.stderr).toMatch(/kep.*keep/);
  const told = JSON.parse((await system.lifeboat('--json', 'backup')).stdout);
  expect(told).toMatchObject({ state: 'failed', code: 'conf-invalid', exit: 11 });
});

async function makeText(system: RealSystem): Promise<void> {
  const folder = join(system.root, 'text');
  await mkdir(folder);
  const line = (number: number) =>
    `${number} the door was opened by person ${number % 97} at ${number * 13}\n`;
  const text = Array.from({ length: 60_000 }, (_, number) => line(number)).join('');
  await writeFile(join(folder, 'events.txt'), text);
}

async function setCompression(system: RealSystem, compression: string): Promise<void> {
  const text = await readFile(system.conf, 'utf8');
  const without = text.replace(/^compression = .*\n/m, '');
  await writeFile(system.conf, without.replace('[backup]\n', `[backup]\ncompression = ${compression}\n`));
}

/** Enough to keep a backup busy for some seconds. */
async function makeBigFolder(system: RealSystem): Promise<void> {
  const folder = join(system.root, 'big');
  await mkdir(folder);
  for (let number = 0; number < 8; number += 1) {
    await writeFile(join(folder, `${number}.bin`), randomBytes(128 * 1024 * 1024));
  }
}
