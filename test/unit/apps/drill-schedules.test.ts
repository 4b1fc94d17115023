import { expect, test } from 'vitest';
import { DRILL } from '#drill/drill-purpose.ts';
import { systemClock } from '#platform/clock.ts';
import { takeLock } from '#platform/lock.ts';
import { createAlarm } from '#schedule/alarm.ts';
import type { ComposedSystem } from '../../../apps/service/compose/composed-system.ts';
import { composeDrillScheduler } from '../../../apps/service/drill/compose-drill-scheduler.ts';
import { composeScheduler } from '../../../apps/service/service/compose-scheduler.ts';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';

const unused = (): never => {
  throw new Error('nothing is started here');
};

/** Both schedulers of a system, as far as they look at its lock; `runs` says what goes on in the service. */
function schedulersOf(folder: TemporaryFolder, runs: { current: () => { what: string } | undefined }) {
  const system = { id: 'door', state: folder.path } as ComposedSystem;
  const service = {
    ...{ startBackup: unused, startDrill: unused, alarm: createAlarm() },
    runs: runs as Parameters<typeof composeScheduler>[1]['runs'],
    notifier: { raise: async () => undefined },
    log: { info: () => undefined },
  };
  const context = { clock: systemClock(), signal: new AbortController().signal, conf: '' };
  const full = context as Parameters<typeof composeScheduler>[2];
  return {
    backup: composeScheduler(system, service, full),
    drill: composeDrillScheduler(system, service, full),
  };
}

const hold = (folder: TemporaryFolder, purpose: string) =>
  takeLock({ stateFolder: folder.path, systemId: 'door', purpose, clock: systemClock() });

const SOON = 1500;

/** `waits` if it has not answered so soon. */
async function answerOf(asked: Promise<string | undefined>): Promise<string | undefined> {
  return await Promise.race([asked, new Promise<string>((resolve) => setTimeout(resolve, SOON, 'waits'))]);
}

test('[LB-03] a backup that is due waits for a drill of another program to end', async () => {
  await using folder = await temporaryFolder();
  const { backup } = schedulersOf(folder, { current: () => undefined });
  const lock = await hold(folder, DRILL);
  const asked = backup.lockHolder();
  expect(await answerOf(asked)).toBe('waits');
  await lock[Symbol.asyncDispose]();
  expect(await asked).toBeUndefined();
});

test('[LB-03] and for one of the service; whatever else holds the lock it is told of at once', async () => {
  await using folder = await temporaryFolder();
  let current: { what: string } | undefined = { what: DRILL };
  const { backup } = schedulersOf(folder, { current: () => current });
  const asked = backup.lockHolder();
  expect(await answerOf(asked)).toBe('waits');
  current = undefined;
  expect(await asked).toBeUndefined();
  await using _lock = await hold(folder, 'a restore');
  expect(await answerOf(backup.lockHolder())).toMatch(/a restore has been running since/);
});

test('[LB-03] a drill that is due waits for whatever goes on', async () => {
  await using folder = await temporaryFolder();
  let current: { what: string } | undefined = { what: 'a backup' };
  const { drill } = schedulersOf(folder, { current: () => current });
  const asked = drill.lockHolder();
  expect(await answerOf(asked)).toBe('waits');
  const lock = await hold(folder, 'a restore');
  current = undefined;
  expect(await answerOf(asked)).toBe('waits');
  await lock[Symbol.asyncDispose]();
  expect(await asked).toBeUndefined();
});
