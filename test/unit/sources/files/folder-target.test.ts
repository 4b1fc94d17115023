import { execFileSync, execSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { fileSource } from '#sources/files/file-source.ts';
import { fileTarget } from '#sources/files/file-target.ts';
import { folderSource } from '#sources/files/folder-source.ts';
import { folderTarget } from '#sources/files/folder-target.ts';
import { switchedFile } from '#sources/files/switched-file.ts';
import { switchedFolder } from '#sources/files/switched-folder.ts';
import type { RestoreLog, SwitchRecord } from '#sources/restore-target.ts';
import { asNobody } from '../../../fakes/as-nobody.ts';
import {
  fixedClock,
  goBackTo,
  NEVER,
  rememberingLog,
  restoreTo,
  savedSet,
  switchOver,
} from '../../../fakes/saved-set.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../fakes/temporary-folder.ts';
import { expectSameTree, treeState } from '../../../fakes/tree-state.ts';

const how = { signal: NEVER, onBytes: () => undefined };

function saved(folder: TemporaryFolder, root: string, neverInside: string[] = []) {
  const source = folderSource({
    name: 'conf',
    path: root,
    importance: 'normal',
    exclude: [],
    neverInside,
    workFolder: folder.file('work'),
    clock: fixedClock,
  });
  return savedSet(folder.path, [source]);
}

function makeFolder(root: string, content: string): void {
  mkdirSync(join(root, 'sub'), { recursive: true });
  writeFileSync(join(root, 'sub/a.conf'), content);
  writeFileSync(join(root, 'b.conf'), content);
}

function leftovers(folder: TemporaryFolder): string[] {
  return readdirSync(folder.path, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.includes('.lifeboat-'),
  );
}

test('nothing is visible before the switch-over, and dispose drops what was staged', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('live');
  makeFolder(root, 'saved');
  await using set = await saved(folder, root);
  writeFileSync(join(root, 'b.conf'), 'today');
  const before = treeState(root);
  {
    await using target = folderTarget({
      component: set.records[0]!,
      path: root,
      runId: 'r',
      neverInside: [],
    });
    await target.stage(set.records[0]!, set.archive, how);
    expect(statSync(folder.file('.lifeboat-r-conf')).mode & 0o777).toBe(0o700);
    await target.check(NEVER);
    expectSameTree(treeState(root), before);
  }
  expectSameTree(treeState(root), before);
  expect(leftovers(folder)).toEqual([]);
});

test('[BS-26] the check reads staged files back: one altered byte, mode, time, link or extra file is found', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('live');
  makeFolder(root, 'saved');
  symlinkSync('b.conf', join(root, 'link'));
  await using set = await saved(folder, root);
  const [record] = set.records;
  const staged = folder.file('.lifeboat-r-conf');
  const spoil: [string, () => void][] = [
    ['sub/a.conf has SHA-256', () => writeFileSync(join(staged, 'sub/a.conf'), 'sAved')],
    ['sub/a.conf has 6 bytes', () => writeFileSync(join(staged, 'sub/a.conf'), 'longer')],
    ['b.conf has mode 600', () => chmodSync(join(staged, 'b.conf'), 0o600)],
    ['b.conf is not there', () => rmSync(join(staged, 'b.conf'))],
    ['is there though', () => writeFileSync(join(staged, 'zzz'), '')],
    ['leads elsewhere', () => execFileSync('ln', ['-sfn', '/etc', join(staged, 'link')])],
    ['b.conf has the time', () => execFileSync('touch', [join(staged, 'b.conf')])],
  ];
  for (const [message, damage] of spoil) {
    await using target = folderTarget({ component: record!, path: root, runId: 'r', neverInside: [] });
    await target.stage(record!, set.archive, how);
    damage();
    await expect(target.check(NEVER), message).rejects.toMatchObject({
      code: 'check-failed',
      message: expect.stringContaining(message),
    });
  }
  await using target = folderTarget({ component: record!, path: root, runId: 'r', neverInside: [] });
  await target.stage(record!, set.archive, how);
  expect((await target.check(NEVER))[0]?.result).toContain('2 files, 10 B: equal to the archive');
});

test('destination, journal and state inside the folder are carried over, back again by undo, and never saved', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('system (x)');
  makeFolder(root, 'saved');
  mkdirSync(join(root, 'var/backups'), { recursive: true });
  writeFileSync(join(root, 'var/backups/old.zip'), 'an archive');
  mkdirSync(join(root, 'state/run'), { recursive: true });
  // One of them named by a path that leads there through a link, one that does not exist.
  symlinkSync('system (x)/state', folder.file('state-link'));
  const neverInside = [join(root, 'var/backups'), folder.file('state-link'), join(root, 'none')];
  await using set = await saved(folder, root, neverInside);
  rmSync(join(root, 'var'), { recursive: true });
  mkdirSync(join(root, 'var/backups'), { recursive: true });
  writeFileSync(join(root, 'var/backups/new.zip'), 'made since');
  writeFileSync(join(root, 'b.conf'), 'today');
  const before = treeState(root);

  const log = rememberingLog();
  const target = folderTarget({ component: set.records[0]!, path: root, runId: '1', neverInside });
  const record = await restoreTo(target, set.records[0]!, set.archive, log);
  expect(readFileSync(join(root, 'b.conf'), 'utf8')).toBe('saved');
  expect(readFileSync(join(root, 'var/backups/new.zip'), 'utf8')).toBe('made since');
  expect(existsSync(join(root, 'state/run'))).toBe(true);
  expect(log.steps.map(({ what }) => what.split(':')[0])).toEqual([
    'keep the folder/conf that is live',
    'put the other folder/conf in its place',
    'carry over what belongs to the backup itself',
    'carry over what belongs to the backup itself',
  ]);

  await goBackTo(switchedFolder(record));
  expect(treeState(root).lines).toEqual(before.lines);
  expect(leftovers(folder)).toEqual([]);
});

test('the archive itself may lie inside the folder that is restored', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('system');
  makeFolder(root, 'saved');
  mkdirSync(join(root, 'backups'));
  const source = folderSource({
    name: 'conf',
    path: root,
    importance: 'normal',
    exclude: [],
    neverInside: [join(root, 'backups')],
    workFolder: join(root, 'backups/work'),
    clock: fixedClock,
  });
  await using set = await savedSet(join(root, 'backups'), [source]);
  writeFileSync(join(root, 'b.conf'), 'today');
  await using target = folderTarget({
    component: set.records[0]!,
    path: root,
    runId: '1',
    neverInside: [join(root, 'backups')],
  });
  const record = await restoreTo(target, set.records[0]!, set.archive);
  expect(readFileSync(join(root, 'b.conf'), 'utf8')).toBe('saved');
  expect(existsSync(set.path)).toBe(true);
  await switchedFolder(record).forget(NEVER);
  expect(leftovers(folder)).toEqual([]);
  expect(existsSync(set.path)).toBe(true);
});

test('forgetting the old state refuses while something of the backup itself still lies in it', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('system');
  makeFolder(root, 'saved');
  const neverInside = [join(root, 'backups')];
  await using set = await saved(folder, root, neverInside);
  await using target = folderTarget({ component: set.records[0]!, path: root, runId: '1', neverInside });
  const record = await restoreTo(target, set.records[0]!, set.archive);
  const old = (await switchedFolder(record).kept(NEVER))[0]!.place;
  mkdirSync(join(old, 'backups'));
  writeFileSync(join(old, 'backups/a.zip'), 'the only archive');
  await expect(switchedFolder(record).forget(NEVER)).rejects.toMatchObject({ code: 'target-unsuitable' });
  expect(existsSync(join(old, 'backups/a.zip'))).toBe(true);
});

test('a folder with its parents gone comes back, and undo makes it absent again', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('opt/system/conf');
  makeFolder(root, 'saved');
  const before = treeState(root);
  await using set = await saved(folder, root);
  rmSync(folder.file('opt'), { recursive: true });
  {
    await using dropped = folderTarget({
      component: set.records[0]!,
      path: root,
      runId: '0',
      neverInside: [],
    });
    await dropped.stage(set.records[0]!, set.archive, how);
  }
  expect(existsSync(folder.file('opt'))).toBe(false);
  await using target = folderTarget({ component: set.records[0]!, path: root, runId: '1', neverInside: [] });
  expect((await target.inspect(NEVER)).components[0]?.now).toBe('absent');
  const record = await restoreTo(target, set.records[0]!, set.archive);
  expectSameTree(treeState(root), before);
  await goBackTo(switchedFolder(record));
  expect(existsSync(root)).toBe(false);
  expect(leftovers(folder)).toEqual([]);
});

test('a folder that is reached by a link is restored where the link leads, and the link stays', async () => {
  await using folder = await temporaryFolder();
  makeFolder(folder.file('data/real'), 'saved');
  symlinkSync('data/real', folder.file('link'));
  const before = treeState(folder.file('data/real'));
  await using set = await saved(folder, folder.file('link'));
  for (const gone of [false, true]) {
    if (gone) rmSync(folder.file('data/real'), { recursive: true });
    await using target = folderTarget({
      component: set.records[0]!,
      path: folder.file('link'),
      runId: `${gone}`,
      neverInside: [],
    });
    await restoreTo(target, set.records[0]!, set.archive);
    expect(lstatSync(folder.file('link')).isSymbolicLink()).toBe(true);
    expectSameTree(treeState(folder.file('data/real')), before);
  }
});

/** Fails the given step, after the log line that announces it. */
function failingAt(step: number, spoil: () => void): RestoreLog {
  let steps = 0;
  return {
    async before() {
      steps += 1;
      if (steps === step) spoil();
    },
    done: async () => undefined,
  };
}

test.each([1, 2, 3])('a switch-over whose step %i fails leaves the folder as it was', async (step) => {
  await using folder = await temporaryFolder();
  const root = folder.file('system');
  makeFolder(root, 'saved');
  mkdirSync(join(root, 'backups'));
  const neverInside = [join(root, 'backups')];
  await using set = await saved(folder, root, neverInside);
  writeFileSync(join(root, 'b.conf'), 'today');
  writeFileSync(join(root, 'backups/a.zip'), 'an archive');
  const before = treeState(root);
  let fired = false;
  {
    await using target = folderTarget({ component: set.records[0]!, path: root, runId: '1', neverInside });
    await target.stage(set.records[0]!, set.archive, how);
    const log = failingAt(step, () => {
      fired = true;
      throw new Error('the log is full');
    });
    await expect(switchOver(target, log)).rejects.toThrow('the log is full');
  }
  expect(fired).toBe(true);
  expect(treeState(root).lines).toEqual(before.lines);
  expect(leftovers(folder)).toEqual([]);
});

test('dispose after a way back that was barred leaves the archives that lie in the folder', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('system');
  makeFolder(root, 'saved');
  mkdirSync(join(root, 'backups'));
  writeFileSync(join(root, 'backups/a.zip'), 'the only archive');
  mkdirSync(join(root, 'logs'));
  const neverInside = [join(root, 'backups'), join(root, 'logs')];
  await using set = await saved(folder, root, neverInside);
  // A program that makes its folder whenever that is gone, from when the archives have been carried over.
  let met = 0;
  const log: RestoreLog = {
    async before({ what }) {
      if (existsSync(join(root, 'logs/new.log')) || (met === 0 && !what.includes(join(root, 'logs')))) return;
      mkdirSync(join(root, 'logs'), { recursive: true });
      writeFileSync(join(root, 'logs/new.log'), '');
      met += 1;
    },
    done: async () => undefined,
  };
  {
    await using target = folderTarget({ component: set.records[0]!, path: root, runId: '1', neverInside });
    await target.stage(set.records[0]!, set.archive, how);
    await expect(switchOver(target, log)).rejects.toMatchObject({ code: 'rollback-failed' });
  }
  expect(met).toBe(2);
  const found = readdirSync(folder.path, { recursive: true, encoding: 'utf8' });
  expect(found.filter((name) => name.endsWith('backups/a.zip'))).toHaveLength(1);
});

test('a way back that is barred is said as such, and nothing is deleted', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('system');
  makeFolder(root, 'saved');
  await using set = await saved(folder, root);
  writeFileSync(join(root, 'b.conf'), 'today');
  await using target = folderTarget({ component: set.records[0]!, path: root, runId: '1', neverInside: [] });
  await target.stage(set.records[0]!, set.archive, how);
  // The folder's parent itself is gone when the second rename is due.
  const log = failingAt(2, () => {
    renameSync(folder.path, `${folder.path}-away`);
    writeFileSync(folder.path, 'in the way');
  });
  let record: SwitchRecord | undefined;
  try {
    record = await target.prepare(NEVER);
    await expect(target.switchOver(log, NEVER)).rejects.toMatchObject({ code: 'rollback-failed' });
  } finally {
    rmSync(folder.path);
    renameSync(`${folder.path}-away`, folder.path);
  }
  expect(readFileSync(folder.file('.lifeboat-old-1-conf/b.conf'), 'utf8')).toBe('today');
  await switchedFolder(record).goBack(rememberingLog(), NEVER);
  expect(readFileSync(join(root, 'b.conf'), 'utf8')).toBe('today');
});

test('the logged commands, run from the last to the first, bring the old state back by hand', async () => {
  for (const killedAfter of [1, 2, 3, 4]) {
    await using folder = await temporaryFolder();
    const root = folder.file("it's (a) system");
    makeFolder(root, 'saved');
    mkdirSync(join(root, 'back ups'));
    const neverInside = [join(root, 'back ups')];
    await using set = await saved(folder, root, neverInside);
    writeFileSync(join(root, 'b.conf'), 'today');
    const before = treeState(root);
    const log = rememberingLog();
    const killed: RestoreLog = {
      async before(step) {
        await log.before(step);
        // As if killed right here: this call never returns.
        if (log.steps.length === killedAfter) await new Promise(() => undefined);
      },
      done: async () => undefined,
    };
    const target = folderTarget({ component: set.records[0]!, path: root, runId: '1', neverInside });
    await target.stage(set.records[0]!, set.archive, how);
    const switched = switchOver(target, killed);
    await Promise.race([switched, new Promise((resolve) => setTimeout(resolve, 200))]);
    for (const { goBack } of log.steps.toReversed()) spawnSync('sh', ['-c', goBack]);
    expect(treeState(root).lines).toEqual(before.lines);
  }
});

test('a file of its own inside a folder that comes back too is switched over after it, and both undone', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('conf');
  makeFolder(root, 'saved');
  const parts = { importance: 'normal' as const, workFolder: folder.file('work'), clock: fixedClock };
  const sources = [
    folderSource({ name: 'conf', path: root, exclude: ['b.conf'], neverInside: [], ...parts }),
    fileSource({ name: 'setting', path: join(root, 'b.conf'), ...parts }),
  ];
  await using set = await savedSet(folder.path, sources);
  writeFileSync(join(root, 'b.conf'), 'today');
  const before = treeState(root);
  const [whole, single] = set.records;
  const targets = [
    folderTarget({ component: whole!, path: root, runId: '1', neverInside: [] }),
    fileTarget({ component: single!, path: join(root, 'b.conf'), runId: '1' }),
  ] as const;
  await targets[0].stage(whole!, set.archive, how);
  await targets[1].stage(single!, set.archive, how);
  for (const target of targets) await target.check(NEVER);
  const records: SwitchRecord[] = [];
  for (const target of targets) records.push(await target.prepare(NEVER));
  for (const target of targets) await target.switchOver(rememberingLog(), NEVER);
  expect(readFileSync(join(root, 'b.conf'), 'utf8')).toBe('saved');
  const [conf, setting] = [switchedFolder(records[0]!), switchedFile(records[1]!)];
  for (const switched of [setting, conf]) await switched.goBack(rememberingLog(), NEVER);
  for (const switched of [setting, conf]) await switched.forget(NEVER);
  expect(treeState(root).lines).toEqual(before.lines);
  expect(leftovers(folder)).toEqual([]);
});

test('a mount point, and a file system mounted inside, are named before anything is done', async (context) => {
  await using folder = await temporaryFolder();
  const root = folder.file('live (1)');
  makeFolder(root, 'saved');
  await using set = await saved(folder, root);
  const inspect = async () => {
    await using target = folderTarget({
      component: set.records[0]!,
      path: root,
      runId: '1',
      neverInside: [],
    });
    return (await target.inspect(NEVER)).findings.map(({ level, message }) => `${level}: ${message}`);
  };
  expect(await inspect()).toEqual([]);
  mount(context, join(root, 'sub'));
  try {
    expect(await inspect()).toEqual([expect.stringMatching(/^problem: a file system is mounted at .*sub/)]);
  } finally {
    execSync(`umount '${join(root, 'sub')}'`);
  }
  mount(context, root);
  try {
    expect(await inspect()).toEqual([expect.stringMatching(/^warning: .*is a mount point, so it stays/)]);
  } finally {
    execSync(`umount '${root}'`);
  }
});

test('a disk that fills up while staging: one clear error, nothing left, the live folder as it was', async (context) => {
  await using folder = await temporaryFolder();
  const root = folder.file('small-disk/live');
  mkdirSync(folder.file('small-disk'));
  makeFolder(folder.file('source'), 'x'.repeat(3_000_000));
  await using set = await saved(folder, folder.file('source'));
  mount(context, folder.file('small-disk'));
  try {
    makeFolder(root, 'today');
    const before = treeState(root);
    await using target = folderTarget({
      component: set.records[0]!,
      path: root,
      runId: '1',
      neverInside: [],
    });
    const [space] = (await target.inspect(NEVER)).space;
    expect(space!.needed).toBeGreaterThan(space!.free!);
    await expect(target.stage(set.records[0]!, set.archive, how)).rejects.toMatchObject({
      code: 'space-low',
    });
    expectSameTree(treeState(root), before);
    expect(readdirSync(folder.file('small-disk'))).toEqual(['live']);
  } finally {
    execSync(`umount '${folder.file('small-disk')}'`);
  }
});

test('without root: owners are said not to be set, everything else comes back', async (context) => {
  await using folder = await temporaryFolder();
  chmodSync(folder.path, 0o777);
  const root = folder.file('live');
  makeFolder(root, 'saved');
  mkdirSync(join(root, 'closed'));
  writeFileSync(join(root, 'closed/in'), 'x');
  chmodSync(join(root, 'closed'), 0o555);
  await using set = await saved(folder, root);
  rmSync(root, { recursive: true });
  const [record] = set.records;
  await asNobody(context, async () => {
    await using target = folderTarget({ component: record!, path: root, runId: '1', neverInside: [] });
    expect((await target.inspect(NEVER)).findings[0]?.message).toContain('owners cannot be set');
    await target.stage(record!, set.archive, how);
    expect((await target.check(NEVER))[0]?.result).toContain('owners of');
    await target[Symbol.asyncDispose]();
    expect(readdirSync(folder.path).filter((name) => name.startsWith('.lifeboat'))).toEqual([]);
    const switched = await restoreTo(target, record!, set.archive);
    expect(statSync(join(root, 'closed')).mode & 0o777).toBe(0o555);
    await goBackTo(switchedFolder(switched));
    expect(existsSync(root)).toBe(false);
  });
});

test('owners come back by name where the numbers differ', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('live');
  makeFolder(root, 'saved');
  await using set = await saved(folder, root);
  const [record] = set.records;
  const renumbered = {
    open: (path: string, signal: AbortSignal) =>
      path.endsWith('files.ndjson')
        ? replaced(set.archive.open(path, signal), /"uid":\d+,"gid":\d+/g, '"uid":4711,"gid":4712')
        : set.archive.open(path, signal),
  };
  await using target = folderTarget({ component: record!, path: root, runId: '1', neverInside: [] });
  await restoreTo(target, record!, renumbered);
  const { uid, gid } = statSync(join(root, 'sub/a.conf'));
  expect([uid, gid]).toEqual([process.getuid?.(), process.getgid?.()]);
});

test('a run that is stopped while staging leaves nothing behind', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('live');
  makeFolder(root, 'saved');
  await using set = await saved(folder, root);
  const stop = new AbortController();
  await using target = folderTarget({ component: set.records[0]!, path: root, runId: '1', neverInside: [] });
  const onBytes = () => stop.abort(new Error('stopped'));
  await expect(target.stage(set.records[0]!, set.archive, { signal: stop.signal, onBytes })).rejects.toThrow(
    'stopped',
  );
  expect(leftovers(folder)).toEqual([]);
});

async function* replaced(
  bytes: AsyncIterable<Uint8Array>,
  what: RegExp,
  by: string,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) yield Buffer.from(Buffer.from(chunk).toString('utf8').replace(what, by));
}

function mount(context: TestContext, at: string): void {
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', at]);
  if (done.status !== 0) context.skip('mounting a file system is not allowed here');
}
