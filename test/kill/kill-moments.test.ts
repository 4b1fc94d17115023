import { expect, test } from 'vitest';
import { temporaryFolder } from '../fakes/temporary-folder.ts';
import { killLane } from './kill-lane.ts';

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
