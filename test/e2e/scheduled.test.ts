import { once } from 'node:events';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../fakes/temporary-folder.ts';
import { dueWhileOff, PATIENT } from './due-while-off.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import { startService } from './start-service.ts';

test('[FD-18] [FD-10] [BT-05] a service that was off at the due time makes up for it at its next start, once', async () => {
  await using system = await realSystem();
  await dueWhileOff(system);
  await using service = await startService(system);
  await expect.poll(() => system.archives(), PATIENT).toHaveLength(1);
  await service.stop();
  await using _again = await startService(system);
  await expect.poll(() => statusOf(system), PATIENT).toMatchObject({ notByItself: null });
  expect(await system.archives()).toHaveLength(1);
  expect(await journalOf(system)).toMatch(/schedule: .*missed.*/);
});

test('[FD-10] missed = wait leaves it to the next due time, and says so', async () => {
  await using system = await realSystem({ conf: { backup: ['missed = wait'] } });
  await dueWhileOff(system);
  await using _service = await startService(system);
  await expect.poll(() => journalOf(system), PATIENT).toMatch(/schedule: .*missed/);
  expect(await system.archives()).toEqual([]);
});

test('[FD-07] an impossible backup is tried again after the wait that is set, and succeeds', async () => {
  await using system = await realSystem({ conf: { backup: ['retry = 1 second'] } });
  await dueWhileOff(system);
  await rename(system.backups, `${system.backups} away`);
  await using _service = await startService(system);
  await expect.poll(() => journalOf(system), PATIENT).toMatch(/backup: failed \(destination-missing\)/);
  await rename(`${system.backups} away`, system.backups);
  await expect.poll(() => system.archives(), PATIENT).toHaveLength(1);
  expect(await journalOf(system)).toMatch(/schedule: the automatic backup is tried again/);
});

test('[FD-08] [FD-09] a second failure alerts with its cause; after X attempts automatic backup stops with 1401', async () => {
  await using folder = await temporaryFolder();
  const alert = folder.file('alert');
  await using system = await realSystem({
    conf: { backup: ['retry = 1 second', 'cancel_after = 2 attempts'], hooks: [`alert = touch "${alert}"`] },
  });
  await dueWhileOff(system);
  await rename(system.backups, `${system.backups} away`);
  await using _service = await startService(system);
  await expect.poll(() => journalOf(system), PATIENT).toMatch(/1401/);
  const journal = await journalOf(system);
  expect(journal).toMatch(/alert: the automatic backup has failed a second time: .*does not exist/);
  await rename(`${system.backups} away`, system.backups);
  expect((await statusOf(system)).notByItself).toMatch(
    /stopped .* after 2 failures \(1401\): .*does not exist/,
  );
  expect(await system.lifeboat('backup'), 'by hand').toMatchObject({ status: 0 });
  // The service looks again within half a minute; told of a change it looks at once.
  await system.lifeboat('settings', 'keep=9');
  await expect.poll(async () => (await statusOf(system)).notByItself, PATIENT).toBeNull();
});

test('[FD-04] a backup that kill -9 cut off is closed as interrupted (1406) when the service starts again', async () => {
  await using system = await realSystem({ conf: { hooks: ['before = sleep 30'] } });
  await dueWhileOff(system);
  const service = await startService(system);
  await expect.poll(() => journalOf(system), PATIENT).toMatch(/backup: started/);
  service.process.kill('SIGKILL');
  await once(service.process, 'exit');
  await using _again = await startService(system);
  await expect.poll(() => journalOf(system), PATIENT).toMatch(/backup: interrupted .*1406/);
  expect(await system.archives()).toEqual([]);
});

test('[BS-07] [TN-08] Not Use and a switch that is off: nothing runs by itself, and status says why', async () => {
  await using system = await realSystem({ conf: { backup: ['frequency = Not Use'] } });
  await using _service = await startService(system);
  expect(await statusOf(system)).toMatchObject({
    nextRun: null,
    notByItself: 'the frequency is Not Use',
  });
  await system.lifeboat('settings', 'frequency=Daily', 'automation=paused');
  expect((await statusOf(system)).notByItself).toBe('automatic backup is paused');
  await system.lifeboat('settings', 'automation=');
  expect(await statusOf(system)).toMatchObject({ notByItself: null });
  expect((await system.lifeboat('status')).stdout).toMatch(/^next backup +due .* 23:45:00$/m);
});

test('[TN-08] without a service status says that nothing will run by itself', async () => {
  await using system = await realSystem();
  expect((await statusOf(system)).notByItself).toMatch(/no service is running/);
});

async function statusOf(system: RealSystem): Promise<{ nextRun: string | null; notByItself: string | null }> {
  return JSON.parse((await system.lifeboat('--json', 'status')).stdout);
}

async function journalOf(system: RealSystem): Promise<string> {
  return await readFile(join(system.state, 'logs', 'Backup Journal[001].txt'), 'utf8');
}
