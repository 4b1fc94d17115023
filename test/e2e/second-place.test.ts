import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { otherMedium } from '../fakes/other-medium.ts';
import { readJournal } from '../fakes/read-journal.ts';
import { openTerminal } from '../fakes/terminal.ts';
import { realSystem } from './real-system.ts';

const zips = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.zip')).sort();

test('[TN-12] without a second place status and check say that as a risk, and a backup can run all the same', async () => {
  await using system = await realSystem();
  expect((await system.lifeboat('status')).stdout).toMatch(/^RISK .*all archives lie in one place/m);
  const checked = await system.lifeboat('check');
  expect(checked.status).toBe(0);
  expect(checked.stdout).toMatch(/a second place\n {8}warning: all archives lie in one place/);
});

test('[TN-12] a second place on the same medium as the first is said as a risk', async () => {
  await using system = await realSystem();
  const beside = join(system.backups, '..', 'system');
  expect(await system.lifeboat('settings', `second_path=${beside}`)).toMatchObject({ status: 0 });
  expect((await system.lifeboat('status')).stdout).toMatch(/^RISK .*the same medium/m);
  expect((await system.lifeboat('check')).stdout).toMatch(/warning: .*the same medium/);
});

test('[TN-12] copies are made, listed, journaled, missed when the medium is gone, made up for, and restored from', async () => {
  await using medium = await otherMedium();
  await using system = await realSystem({
    conf: { backup: [`second_path = "${medium.path}"`, 'second_keep = 2', 'keep = 1'] },
  });
  expect((await system.lifeboat('status')).stdout).not.toMatch(/RISK/);
  const first = await system.lifeboat('backup');
  expect(first, first.stderr).toMatchObject({ status: 0 });
  const [archive = ''] = await system.archives();
  expect(await zips(medium.path)).toEqual([basename(archive)]);
  expect((await system.lifeboat('list')).stdout).toContain(`copy in ${medium.path}`);
  expect((await system.lifeboat('status')).stdout).toMatch(/^copies {8}1 in /m);

  await medium.unplug();
  const without = await system.lifeboat('--json', 'backup');
  expect(without.status).toBe(ERRORS['copy-missing'].exit);
  expect(JSON.parse(without.stdout)).toMatchObject({ state: 'incomplete', code: 'copy-missing' });
  expect((await system.lifeboat('status')).stdout).toMatch(/^RISK .*does not exist/m);
  expect(await system.lifeboat('check')).toMatchObject({ status: ERRORS.incomplete.exit });
  expect(await system.lifeboat('verify')).toMatchObject({ status: 0 });
  await medium.plugIn();
  expect((await system.lifeboat('status')).stdout).toMatch(/^RISK .*lacks 1 of the newest/m);

  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const third = basename((await system.archives())[0] ?? '');
  const copies = await zips(medium.path);
  expect(copies).toHaveLength(2);
  expect(copies).toContain(third);
  const journal = (await readJournal(join(system.state, 'logs', 'Backup Journal[001].txt'))).join('\n');
  expect(journal).toMatch(/copied .*\.zip to .*every hash is right/);
  expect(journal).toMatch(/incomplete \(copy-missing\)/);

  // The first disk is lost: what lies on the second medium is found, and restored.
  const [kept = ''] = copies;
  await rm(system.backups, { recursive: true });
  const listed = JSON.parse((await system.lifeboat('--json', 'list')).stdout);
  expect(listed).toHaveLength(2);
  expect(listed[0]).toMatchObject({ here: false, places: [medium.path] });
  expect(await system.lifeboat('verify', kept)).toMatchObject({ status: 0 });
  const key = join(system.root, 'cert', 'enckey');
  await rm(key);
  const restored = await system.restore('apply', join(medium.path, kept), '--yes');
  expect(restored, restored.stdout).toMatchObject({ status: 0 });
  expect(await readFile(key, 'utf8')).toBe('key of the databases');
});

test('[TN-12] [BS-12] a second place that is missing, a file, or the first one is not taken, and nothing is changed', async () => {
  await using system = await realSystem();
  const before = await readFile(system.conf, 'utf8');
  for (const [path, why] of [
    [join(system.root, 'not there'), /second backup path .* does not exist/],
    [join(system.root, 'VERSION'), /second backup path .* is a file/],
    [system.backups, /the same folder as path/],
    ['relative/path', /an absolute path/],
  ] as const) {
    const ended = await system.lifeboat('settings', `second_path=${path}`);
    expect(ended.status).not.toBe(0);
    expect(ended.stderr + ended.stdout).toMatch(why);
  }
  expect(
    await system.lifeboat('settings', `second_path=${system.root}`, 'second_keep=101'),
  ).not.toMatchObject({
    status: 0,
  });
  const settled = (await readFile(system.conf, 'utf8')).replace(/\nid = .*\n/, '\n');
  expect(settled).toBe(before.replace(/\nid = .*\n/, '\n'));
});

test('[TN-12] [BS-17] the restore tool offers a copy where the archive itself is gone, and each archive once', async () => {
  await using medium = await otherMedium();
  await using system = await realSystem({
    conf: { backup: [`second_path = "${medium.path}"`, 'second_keep = 2', 'keep = 1'] },
  });
  for (const _ of [1, 2]) expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const main = join(import.meta.dirname, '..', '..', 'apps', 'restore', 'main.ts');
  const tool = [process.execPath, main, '--conf', system.conf, '--state', system.state];
  await using wizard = await openTerminal(tool, { rows: 40 });
  const text = await wizard.asks('Which archive?');
  expect(text.match(/number 2 /g)).toHaveLength(1);
  expect(text.match(/number 1 /g)).toHaveLength(1);
  await wizard.press('Down');
  await wizard.shows('a copy in');
});
