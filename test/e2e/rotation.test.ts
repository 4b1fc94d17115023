import { readdirSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { openTerminal } from '../fakes/terminal.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import { startService } from './start-service.ts';

const RESTORE = join(import.meta.dirname, '..', '..', 'apps', 'restore', 'main.ts');

interface Listed {
  file: string;
  number: number;
  state: string;
  pinned: boolean;
  note?: string;
}

async function listed(system: RealSystem): Promise<Listed[]> {
  return JSON.parse((await system.lifeboat('--json', 'list')).stdout);
}

function journalOf(system: RealSystem): string {
  const folder = join(system.state, 'logs');
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
}

const change = (system: RealSystem, text: string): Promise<void> =>
  writeFile(join(system.root, 'conf', 'setting.conf'), `[door]\nopen = ${text}\n`);

test('[BT-02] [BT-04] calendar names: both programs know each archive by both of its names', async () => {
  await using system = await realSystem({ conf: { backup: ['naming = calendar', 'prefix = BT8'] } });
  for (let run = 0; run < 2; run += 1) expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const today = Temporal.Now.plainDateISO();
  const [day, month] = (await system.archives()) as [string, string];
  expect([basename(day), basename(month)]).toEqual([`BT8_D_${today.day}.zip`, `BT8_M_${today.month}.zip`]);
  expect(statSync(day).ino).toBe(statSync(month).ino);
  expect((await listed(system)).map(({ number, state }) => [number, state])).toEqual([
    [2, 'good'],
    [2, 'good'],
  ]);
  for (const archive of [day, month]) {
    expect((await system.lifeboat('list')).stdout).toContain(`good  ${basename(archive)}`);
    expect(await system.lifeboat('verify', basename(archive))).toMatchObject({ status: 0 });
    expect(await system.restore('inspect', archive)).toMatchObject({ status: 0 });
    expect(await system.restore('plan', archive)).toMatchObject({ status: 0 });
  }
  expect((await system.lifeboat('status')).stdout).toMatch(/^archives +1 in/m);
  await using wizard = await openTerminal(
    [process.execPath, RESTORE, '--conf', system.conf, '--state', system.state],
    { rows: 40 },
  );
  expect((await wizard.asks('Which archive?')).match(/number 2/g), 'rows in the wizard').toHaveLength(1);
  await wizard.shows(`${basename(day)} and ${basename(month)}`);
  await wizard.press('C-c');
  await wizard.ended();
  // One of two names of the last good archive may go, the other may not.
  expect(await system.lifeboat('delete', basename(day), '--yes')).toMatchObject({ status: 0 });
  expect((await system.lifeboat('delete', basename(month), '--yes')).status).toBe(
    ERRORS['archive-last-good'].exit,
  );
});

test('[BT-09] a backup before an update is shown as pinned, never counted, and goes only after its release', async () => {
  await using system = await realSystem({ conf: { backup: ['keep = 1'] } });
  expect(await system.lifeboat('backup', '--before-update', '--note', 'before 3.0')).toMatchObject({
    status: 0,
  });
  for (let run = 0; run < 2; run += 1) expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [newest, kept, ...others] = (await listed(system)) as [Listed, Listed];
  expect(others).toEqual([]);
  expect(kept).toMatchObject({ number: 1, pinned: true, note: 'before 3.0', state: 'good, pinned' });
  expect(newest).toMatchObject({ number: 3, pinned: false });
  expect((await system.lifeboat('list')).stdout).toMatch(/good, pinned {2}zutritt-\S+-1\.zip {2}before 3\.0/);
  const refused = await system.lifeboat('delete', '1', '--yes');
  expect(refused.status).toBe(ERRORS['not-confirmed'].exit);
  expect(refused.stdout).toMatch(/lifeboat release/);

  expect(await system.lifeboat('release', '1')).toMatchObject({ status: 0 });
  expect((await listed(system)).map(({ pinned }) => pinned)).toEqual([false, false]);
  expect(await system.lifeboat('pin', '3', '--note', 'known to be sound')).toMatchObject({ status: 0 });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect((await listed(system)).map(({ number, pinned }) => [number, pinned])).toEqual([
    [4, false],
    [3, true],
  ]);
  expect(journalOf(system)).toMatch(/pin: done .*-3\.zip is kept until it is released/);
  expect(await system.lifeboat('release', 'no such.zip')).toMatchObject({
    status: ERRORS['archive-missing'].exit,
  });
  expect(await system.lifeboat('backup', '--note', 'alone')).toMatchObject({ status: ERRORS.usage.exit });
});

test('[FD-21] only_if_changed: a run without changes is skipped, unless forced; one with a change is made', async () => {
  // SQLite makes and removes files beside an idle database that is read, which gives this folder another time.
  await using system = await realSystem({
    conf: { backup: ['only_if_changed = yes'], 'folder db': ['path = db'] },
  });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const skipped = await system.lifeboat('backup');
  expect(skipped.status).toBe(0);
  expect(skipped.stdout).toMatch(/^backup skipped .*nothing has changed since zutritt-/m);
  expect(await system.archives()).toHaveLength(1);
  expect(journalOf(system)).toMatch(/backup: skipped .* after .*: nothing has changed since/);
  expect((await system.lifeboat('status')).stdout).toMatch(/last backup .* skipped: nothing has changed/);
  await change(system, '6');
  expect((await system.lifeboat('backup')).stdout).toMatch(/^backup done/m);
  expect((await system.lifeboat('backup')).stdout).toMatch(/^backup skipped/m);
  expect((await system.lifeboat('backup', '--force')).stdout).toMatch(/^backup done/m);
  expect(await system.archives()).toHaveLength(3);
});

test('[BT-09] [FD-21] what is asked for beyond the settings reaches the backup through a running service', async () => {
  await using system = await realSystem({ conf: { backup: ['only_if_changed = yes'] } });
  await using _service = await startService(system);
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect((await system.lifeboat('backup')).stdout).toMatch(/^backup skipped/m);
  expect((await system.lifeboat('backup', '--force')).stdout).toMatch(/^backup done/m);
  expect(await system.lifeboat('backup', '--before-update', '--note', 'before 3.0')).toMatchObject({
    status: 0,
  });
  const [newest] = (await listed(system)) as [Listed];
  expect(newest).toMatchObject({ number: 3, pinned: true, note: 'before 3.0' });
});

test('[TN-07] [FD-20] keep_days and delete_old in the conf reach the rotation', async () => {
  await using system = await realSystem({
    conf: { backup: ['keep = 2', 'keep_days = 30', 'delete_old = before'] },
  });
  for (let run = 0; run < 3; run += 1) expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect((await listed(system)).map(({ number }) => number)).toEqual([3, 2]);
  expect(journalOf(system)).toMatch(/before the new one: removed zutritt-\S+-1\.zip: older than the 2 kept/);
});
