import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import { runProgram } from './run-program.ts';

/** An archive that says keep = 1, two newer ones, and an installed conf that says keep = 9. */
async function systemWithOldSettings(): Promise<{ system: RealSystem; old: string }> {
  const system = await realSystem();
  expect(await system.lifeboat('settings', 'keep=1')).toMatchObject({ status: 0 });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect(await system.lifeboat('settings', 'keep=9')).toMatchObject({ status: 0 });
  for (let run = 0; run < 2; run += 1) expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [old] = (await system.archives()) as [string];
  return { system, old };
}

async function unconfirmed(system: RealSystem): Promise<unknown> {
  return JSON.parse((await system.lifeboat('--json', 'status')).stdout).unconfirmedSettings;
}

test('[BS-11] backup settings that a restore brought back remove no archive before a person has confirmed them', async () => {
  const { system, old } = await systemWithOldSettings();
  await using _system = system;
  expect(await unconfirmed(system)).toBe(null);

  expect(await system.restore('apply', old, '--yes')).toMatchObject({ status: 0 });
  expect(await unconfirmed(system)).toMatchObject({ changes: ['keep is 1 now, was 9'] });
  expect((await system.lifeboat('status')).stdout).toMatch(/^CONFIRM .*keep is 1 now, was 9/m);
  const made = await system.lifeboat('backup');
  expect(made.status, made.stdout).toBe(0);
  expect(made.stdout).toMatch(
    /nothing was removed: the backup settings came back with the restore of zutritt/,
  );
  expect(await system.archives()).toHaveLength(4);

  expect((await system.lifeboat('settings', '--confirm')).stdout).toMatch(
    /^confirmed: keep is 1 now, was 9$/m,
  );
  expect((await system.lifeboat('settings', '--confirm')).stdout).toBe('there is nothing to confirm\n');
  expect(await unconfirmed(system)).toBe(null);
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect(await system.archives()).toHaveLength(1);
});

test('a restore that brings no other backup settings, or that failed, leaves nothing to confirm', async () => {
  const { system, old } = await systemWithOldSettings();
  await using _system = system;
  expect(await system.restore('apply', old, '--yes', '--only', 'folder/image')).toMatchObject({ status: 0 });
  expect(await unconfirmed(system)).toBe(null);

  const conf = await readFile(system.conf, 'utf8');
  await writeFile(system.conf, conf.replace('[system]', '[system]\nstop = false'));
  const failed = await system.restore('apply', old, '--yes', '--only', 'file/sysbackup.conf');
  expect(failed.status, failed.stdout).not.toBe(0);
  expect(await readFile(system.conf, 'utf8')).toContain('keep = 9');
  expect(await unconfirmed(system)).toBe(null);
});

test('[LB-01] a restore that is cut off and rolled back leaves what waited before it to confirm, and nothing else', async () => {
  const { system, old } = await systemWithOldSettings();
  await using _system = system;
  const cutOff = async (archive: string): Promise<void> => {
    const env = { LIFEBOAT_TEST_KILL: 'before:12' };
    const words = ['--conf', system.conf, '--state', system.state, 'apply', archive, '--yes'];
    const killed = await runProgram('restore', words, { env });
    expect(killed.status, killed.stdout).toBe(null);
    expect(await unconfirmed(system), 'nobody knows how it will end').not.toBe(null);
    expect((await system.restore('recover')).stdout).toMatch(/is rolled back/);
  };
  await cutOff(old);
  expect(await unconfirmed(system)).toBe(null);

  const [, newer] = await system.archives();
  expect(await system.restore('apply', old, '--yes')).toMatchObject({ status: 0 });
  await cutOff(newer as string);
  expect(await unconfirmed(system)).toMatchObject({ changes: ['keep is 1 now, was 9'] });
});

test('[LB-02] an undo takes back that restored settings are to be confirmed, and its undo that they are not', async () => {
  const { system, old } = await systemWithOldSettings();
  await using _system = system;
  expect(await system.restore('apply', old, '--yes')).toMatchObject({ status: 0 });
  expect(await system.restore('undo')).toMatchObject({ status: 0 });
  expect(await unconfirmed(system)).toBe(null);
  expect(await system.restore('undo')).toMatchObject({ status: 0 });
  expect(await unconfirmed(system)).toMatchObject({ changes: ['keep is 1 now, was 9'] });

  const [, first] = (await listRestoreLogs(system.state)).logs;
  const env = { LIFEBOAT_TEST_KILL: `after:${first?.end.records}` };
  const killed = await runProgram('restore', ['--conf', system.conf, '--state', system.state, 'undo'], {
    env,
  });
  expect(killed.status, killed.stdout).toBe(null);
  const conf = await readFile(system.conf, 'utf8');
  await writeFile(system.conf, conf.replace(/^id = .*\n/m, ''));
  expect((await system.restore('recover')).stdout).toBe('no restore was cut off: nothing to recover\n');
  await writeFile(system.conf, conf);
  expect(await unconfirmed(system), 'killed when all but this was done').toBe(null);
  expect(await system.restore('undo')).toMatchObject({ status: 0 });
  expect(await system.lifeboat('settings', '--confirm')).toMatchObject({ status: 0 });
  for (const _ of [1, 2]) expect(await system.restore('undo')).toMatchObject({ status: 0 });
  expect(await unconfirmed(system), 'once confirmed is confirmed').toBe(null);
});

test('a note of restored settings that cannot be read still keeps every archive', async () => {
  const { system, old } = await systemWithOldSettings();
  await using _system = system;
  expect(await system.restore('apply', old, '--yes')).toMatchObject({ status: 0 });
  const folder = join(system.state, 'restored-settings');
  const [note] = (await readdir(folder)) as [string];
  await writeFile(join(folder, note), '{"archive":');
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect(await system.archives()).toHaveLength(4);
  expect(await unconfirmed(system)).toMatchObject({ archive: 'unknown' });
  await rm(join(folder, note));
});
