import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readAll } from '#platform/read-all.ts';
import { fileMember } from '#sources/files/entries/file-member.ts';
import { extractFile } from '#sources/files/extract-file.ts';
import { extractFolder } from '#sources/files/extract-folder.ts';
import { fileSource } from '#sources/files/file-source.ts';
import { fileTarget } from '#sources/files/file-target.ts';
import { folderSource } from '#sources/files/folder-source.ts';
import { switchedFile } from '#sources/files/switched-file.ts';
import type { Importance } from '#sources/source.ts';
import { fixedClock, goBackTo, NEVER, restoreTo, savedSet } from '../../../fakes/saved-set.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../fakes/temporary-folder.ts';
import { expectSameTree, treeState } from '../../../fakes/tree-state.ts';

const how = { signal: NEVER, onBytes: () => undefined };

function source(folder: TemporaryFolder, path: string, importance: Importance = 'normal') {
  return fileSource({
    name: 'setting',
    path,
    importance,
    workFolder: folder.file('work'),
    clock: fixedClock,
  });
}

test("[BS-05] a conf file comes back with its mode and time, and undo brings today's back", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file('Größe (1)/setting.conf');
  mkdirSync(folder.file('Größe (1)'));
  writeFileSync(path, 'port = 1\n', { mode: 0o640 });
  utimesSync(path, 1_600_000_000, 1_600_000_000);
  const before = treeState(folder.file('Größe (1)'));
  await using set = await savedSet(folder.path, [source(folder, path)]);
  const [record] = set.records;
  expect(record).toMatchObject({ id: 'file/setting', kind: 'file', items: 1, bytes: 9, state: 'complete' });

  writeFileSync(path, 'port = 2\n');
  chmodSync(path, 0o600);
  const today = treeState(folder.file('Größe (1)'));
  await using target = fileTarget({ component: record!, path, runId: '1' });
  expect((await target.inspect(NEVER)).components).toEqual([{ id: 'file/setting', place: path, now: '9 B' }]);
  const switched = switchedFile(await restoreTo(target, record!, set.archive));
  expect(readFileSync(path, 'utf8')).toBe('port = 1\n');
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readFileSync((await switched.kept(NEVER))[0]!.place, 'utf8')).toBe('port = 2\n');

  await goBackTo(switched);
  expect(treeState(folder.file('Größe (1)')).lines).toEqual(today.lines);

  await using again = fileTarget({ component: record!, path, runId: '2' });
  await switchedFile(await restoreTo(again, record!, set.archive)).forget(NEVER);
  expect(treeState(folder.file('Größe (1)')).lines).toEqual(before.lines);
});

test('there is the old or the new file at every moment of a switch-over', async () => {
  await using folder = await temporaryFolder();
  const path = folder.file('setting.conf');
  writeFileSync(path, 'saved');
  await using set = await savedSet(folder.path, [source(folder, path)]);
  writeFileSync(path, 'today');
  const seen: string[] = [];
  const look = async () => void seen.push(readFileSync(path, 'utf8'));
  await using target = fileTarget({ component: set.records[0]!, path, runId: '1' });
  await restoreTo(target, set.records[0]!, set.archive, { before: look, done: look });
  expect(seen).toEqual(['today', 'today', 'today', 'saved']);
});

test.each([1, 2])('a switch-over whose step %i fails leaves the file as it was', async (step) => {
  await using folder = await temporaryFolder();
  mkdirSync(folder.file('etc'));
  const path = folder.file('etc/setting.conf');
  for (const absent of [false, true]) {
    writeFileSync(path, 'saved');
    await using set = await savedSet(folder.path, [source(folder, path)]);
    writeFileSync(path, 'today');
    if (absent) rmSync(path);
    const before = treeState(folder.file('etc'));
    let steps = 0;
    const log = {
      async before() {
        steps += 1;
        if (steps === step || absent) throw new Error('the log is full');
      },
      done: async () => undefined,
    };
    {
      await using target = fileTarget({ component: set.records[0]!, path, runId: '1' });
      await expect(restoreTo(target, set.records[0]!, set.archive, log)).rejects.toThrow('the log is full');
    }
    expect(treeState(folder.file('etc')).lines).toEqual(before.lines);
  }
});

test('a file whose folder is gone comes back, and undo makes it absent again', async () => {
  await using folder = await temporaryFolder();
  const path = folder.file('etc/deep/setting.conf');
  mkdirSync(folder.file('etc/deep'), { recursive: true });
  writeFileSync(path, 'saved');
  await using set = await savedSet(folder.path, [source(folder, path)]);
  rmSync(folder.file('etc'), { recursive: true });
  await using target = fileTarget({ component: set.records[0]!, path, runId: '1' });
  const switched = await restoreTo(target, set.records[0]!, set.archive);
  expect(readFileSync(path, 'utf8')).toBe('saved');
  await goBackTo(switchedFile(switched));
  expect(readdirSync(folder.file('etc/deep'))).toEqual([]);
});

test('a file reached by a link is saved and replaced where the link leads', async () => {
  await using folder = await temporaryFolder();
  writeFileSync(folder.file('real.conf'), 'saved');
  symlinkSync('real.conf', folder.file('link.conf'));
  await using set = await savedSet(folder.path, [source(folder, folder.file('link.conf'))]);
  writeFileSync(folder.file('real.conf'), 'today');
  await using target = fileTarget({ component: set.records[0]!, path: folder.file('link.conf'), runId: '1' });
  await restoreTo(target, set.records[0]!, set.archive);
  expect(lstatSync(folder.file('link.conf')).isSymbolicLink()).toBe(true);
  expect(readFileSync(folder.file('real.conf'), 'utf8')).toBe('saved');
});

test('[BS-26] one altered byte of the staged file fails the check', async () => {
  await using folder = await temporaryFolder();
  const path = folder.file('setting.conf');
  writeFileSync(path, 'saved');
  await using set = await savedSet(folder.path, [source(folder, path)]);
  await using target = fileTarget({ component: set.records[0]!, path, runId: '1' });
  await target.stage(set.records[0]!, set.archive, how);
  writeFileSync(folder.file('.lifeboat-1-setting.file'), 'sAved');
  await expect(target.check(NEVER)).rejects.toMatchObject({ code: 'check-failed' });
});

test.each<[Importance, number, string]>([
  ['normal', 1, 'warning'],
  ['required', 1, 'problem'],
  ['optional', 0, ''],
])(
  '[FD-06] a %s file that does not exist is said beforehand and in the set',
  async (importance, notes, level) => {
    await using folder = await temporaryFolder();
    const gone = source(folder, folder.file('gone.conf'), importance);
    await using set = await savedSet(folder.path, [gone]);
    expect(set.records[0]).toMatchObject({ state: 'missing', members: [] });
    expect(set.records[0]!.notes).toHaveLength(notes);
    expect((await gone.check(NEVER)).findings.map((finding) => finding.level)).toEqual(level ? [level] : []);
  },
);

test('a folder where a file should be is a problem, at backup and at restore', async () => {
  await using folder = await temporaryFolder();
  const path = folder.file('setting.conf');
  writeFileSync(path, 'saved');
  await using set = await savedSet(folder.path, [source(folder, path)]);
  rmSync(path);
  mkdirSync(path);
  expect((await source(folder, path).check(NEVER)).findings[0]?.message).toContain('is not a file');
  await using target = fileTarget({ component: set.records[0]!, path, runId: '1' });
  expect((await target.inspect(NEVER)).findings[0]).toMatchObject({ level: 'problem' });
});

test('the content of a saved file can be read without unpacking it', async () => {
  await using folder = await temporaryFolder();
  for (const text of ['', 'short', 'a line of a conf\n'.repeat(60_000)]) {
    writeFileSync(folder.file('sysbackup.conf'), text);
    await using set = await savedSet(folder.path, [source(folder, folder.file('sysbackup.conf'))]);
    const bytes = await readAll(fileMember(set.records[0]!, set.archive, NEVER), 2 ** 21);
    expect(Buffer.from(bytes).toString()).toBe(text);
  }
});

test('[FD-27] parts are unpacked into a folder, checked, and never over something that is there', async () => {
  await using folder = await temporaryFolder();
  const root = folder.file('live');
  mkdirSync(join(root, 'empty'), { recursive: true });
  writeFileSync(join(root, 'a.conf'), 'saved');
  const parts = { importance: 'normal' as const, workFolder: folder.file('work'), clock: fixedClock };
  const sources = [
    folderSource({ name: 'Conf (x)', path: root, exclude: [], neverInside: [], ...parts }),
    fileSource({ name: 'setting', path: join(root, 'a.conf'), ...parts }),
  ];
  await using set = await savedSet(folder.path, sources);
  const [whole, single] = set.records;
  const into = folder.file('set-1');
  const unpacked = await extractFolder(whole!, set.archive, into, how);
  expect(unpacked.result).toContain('1 file, 5 B: equal to the archive');
  await extractFile(single!, set.archive, into, how);
  expect(readdirSync(into).sort()).toEqual(['Conf (x)', 'a.conf']);
  expectSameTree(treeState(join(into, 'Conf (x)')), treeState(root));
  expect(statSync(into).mode & 0o777).toBe(0o700);

  writeFileSync(join(into, 'a.conf'), 'mine');
  await expect(extractFile(single!, set.archive, into, how)).rejects.toMatchObject({
    code: 'target-unsuitable',
  });
  await expect(extractFolder(whole!, set.archive, into, how)).rejects.toMatchObject({
    code: 'target-unsuitable',
  });
  expect(readFileSync(join(into, 'a.conf'), 'utf8')).toBe('mine');
});
