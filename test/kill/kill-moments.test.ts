import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';
import { bringTo } from './bring-to.ts';
import { killCase } from './kill-case.ts';
import { killLane } from './kill-lane.ts';
import type { KillSystem } from './kill-system.ts';

/** `npm run kill-test` does 600 of them. */
const wanted = {
  restore: 10,
  undo: 5,
  'undo of an undo': 5,
  'restore, mariadbd killed': 0,
  'undo, mariadbd killed': 0,
};

test('[LB-01] [LB-02] restores and undoes of a whole system, killed at 20 moments: the next start ends in exactly the state before or after', async () => {
  await using folder = await temporaryFolder();
  const options = { lane: 0, lanes: 1, seed: 20_261_122, wanted, folder: folder.path };
  const rounds = await killLane(options, new AbortController().signal);
  expect(rounds.filter(({ ended }) => ended === 'wrong')).toEqual([]);
  expect(rounds.filter(({ ended }) => ended !== 'missed')).toHaveLength(20);
  for (const end of ['before', 'after']) expect(rounds.map(({ ended }) => ended)).toContain(end);
}, 300_000);

/** Number of the first record of this kind in the newest log. */
async function recordOf(system: KillSystem, kind: string): Promise<number> {
  const log = (await listRestoreLogs(system.state)).logs.at(-1);
  const lines = (await readFile(log?.path ?? '', 'utf8')).trim().split('\n');
  return 1 + lines.findIndex((line) => (JSON.parse(line) as { kind: string }).kind === kind);
}

test('[LB-01] a recovery killed once what was staged, and the accounts of before, are dropped: the next one ends it', async () => {
  await using current = await killCase();
  const { system, apply } = current;
  const killed = async (args: readonly string[], record: number): Promise<void> => {
    const ended = await system.restore(args, { env: { LIFEBOAT_TEST_KILL: `before:${record}` } });
    expect(ended.status, ended.stdout).toBeNull();
  };
  await bringTo(current, 'restored, old kept');
  const switched = await recordOf(system, 'switched');
  await bringTo(current, 'old alone');

  await killed(apply, switched);
  expect(await system.restore(['recover'])).toMatchObject({ status: 0 });
  const ended = await recordOf(system, 'ended');
  await bringTo(current, 'old alone');

  await killed(apply, switched);
  await killed(['recover'], ended);
  const last = await system.restore(['recover']);
  expect(last, last.stdout).toMatchObject({ status: 0 });
  expect(await current.wrongIn('old alone')).toEqual([]);
}, 120_000);
