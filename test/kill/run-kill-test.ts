/**
 * `npm run kill-test`: restores, undoes, and undoes of undoes, of a real system (MariaDB, SQLite, 2,000 files) are killed
 * with SIGKILL, 300 restores and 300 undoes, at every record of their logs and at random times; and mariadbd is, while it
 * is at work for them. The next start must end in exactly the state before or in the one after, which is compared by
 * checksums of everything, with nothing left behind. Two systems side by side. What was done is kept in
 * test-results/kill-test: started again it goes on where it stopped. Ends with status 1 if anything was wrong, whose
 * traces lie there, too.
 *
 *     npm run kill-test -- --fresh --seed 7                        anew, with other random times
 *     npm run kill-test -- --restore 20 --undo 20 --server 2      fewer
 *     npm run kill-test -- --operation undo --moment torn:12      one moment, told in full
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LaneOptions } from './kill-lane.ts';
import { killOnce } from './kill-once.ts';
import { OPERATIONS } from './operation.ts';
import { readRounds } from './read-rounds.ts';
import { summaryOf } from './summary-of.ts';

const LANES = 2;

const { values } = parseArgs({
  options: {
    restore: { type: 'string', default: '300' },
    undo: { type: 'string', default: '300' },
    server: { type: 'string', default: '20' },
    seed: { type: 'string', default: '20261122' },
    fresh: { type: 'boolean', default: false },
    operation: { type: 'string', default: 'restore' },
    moment: { type: 'string' },
  },
});

if (values.moment === undefined) await killAll();
else await killOnce(values.operation, values.moment);

async function killAll(): Promise<void> {
  const seed = Number(values.seed);
  const [undo, server] = [Number(values.undo), Number(values.server)];
  const wanted = {
    restore: Number(values.restore),
    undo: Math.ceil(undo / 2),
    'undo of an undo': Math.floor(undo / 2),
    'restore, mariadbd killed': Math.ceil(server / 2),
    'undo, mariadbd killed': Math.floor(server / 2),
  };
  const folder = join(import.meta.dirname, '..', '..', 'test-results', 'kill-test', `seed ${seed}`);
  if (values.fresh) await rm(folder, { recursive: true, force: true });
  const began = performance.now();
  const lanes = Array.from({ length: LANES }, (_, lane) => ({ lane, lanes: LANES, seed, wanted, folder }));
  const ends = await Promise.all(lanes.map(runLane));
  const rounds = (await Promise.all(lanes.map(({ lane }) => readRounds(folder, lane)))).flat();
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  console.log(
    `\n${summaryOf(rounds)}\n\nseed ${seed}, ${LANES} at a time, ${minutes} minutes this time; each round: ${folder}`,
  );
  const kills = rounds.filter(({ ended }) => ended !== 'missed').length;
  const all = OPERATIONS.reduce((sum, operation) => sum + wanted[operation], 0);
  const wrong = rounds.filter(({ ended }) => ended === 'wrong');
  for (const { operation, lane, round, moment } of wrong) {
    console.log(`WRONG: ${operation}, round ${round} of lane ${lane}, ${moment}`);
  }
  if (kills < all) console.log(`stopped after ${kills} of ${all} kills: start it again to go on`);
  if (wrong.length > 0 || kills < all || ends.some((status) => status !== 0)) process.exitCode = 1;
}

/** Resolves with the status of its process. Stopped, a lane ends the round that it is in. */
async function runLane(options: LaneOptions): Promise<number | null> {
  const child = fork(join(import.meta.dirname, 'run-lane.ts'), [JSON.stringify(options)]);
  const stop = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const [status] = await once(child, 'exit');
  return status;
}
