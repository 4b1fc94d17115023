import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bringTo } from './bring-to.ts';
import { keepTraces } from './keep-traces.ts';
import { type KillCase, killCase } from './kill-case.ts';
import { killRound, type RoundResult } from './kill-round.ts';
import { nextMoment } from './next-moment.ts';
import { OPERATIONS, type Operation, WAYS } from './operation.ts';
import { readRounds } from './read-rounds.ts';
import { roundRandom } from './round-random.ts';
import type { RoundRecord } from './round-record.ts';
import { serverRound } from './server-round.ts';

export interface LaneOptions {
  lane: number;
  lanes: number;
  seed: number;
  /** Kills of each operation, of all lanes. */
  wanted: Readonly<Record<Operation, number>>;
  /** Of the lanes' files, and of what rounds that went wrong have left. */
  folder: string;
}

type Round = Pick<RoundRecord, 'operation' | 'round'>;

/** After so many rounds what is kept is forgotten and its logs removed: each start reads them all. */
const FRESH_EVERY = 25;

/** Lines of what is wrong that stand in a lane's file; its traces have them all. */
const FEW = 20;

/** Does the rounds of one lane that its file has not yet, one after the other, on a system of its own. */
export async function killLane(
  options: LaneOptions,
  signal: AbortSignal,
  onRound: (record: RoundRecord) => void = () => undefined,
): Promise<RoundRecord[]> {
  await mkdir(options.folder, { recursive: true });
  const done = await readRounds(options.folder, options.lane);
  let current: KillCase | undefined;
  try {
    for (let next = nextRound(done, options); next !== undefined; next = nextRound(done, options)) {
      if (signal.aborted) break;
      current ??= await killCase();
      const record = { ...next, lane: options.lane, ...(await oneRound(current, next, options)) };
      done.push(record);
      const line = JSON.stringify({ ...record, wrong: record.wrong.slice(0, FEW) });
      await appendFile(join(options.folder, `lane-${options.lane}.ndjson`), `${line}\n`);
      onRound(record);
      if (record.ended !== 'wrong') continue;
      await keepTraces(current.system, record, options.folder);
      await current[Symbol.asyncDispose]();
      current = undefined;
    }
  } finally {
    await current?.[Symbol.asyncDispose]();
  }
  return done;
}

/** A kill that did not happen does not count. */
function nextRound(done: readonly RoundRecord[], { wanted, lane, lanes }: LaneOptions): Round | undefined {
  for (const operation of OPERATIONS) {
    const rounds = done.filter((record) => record.operation === operation);
    const kills = rounds.filter(({ ended }) => ended !== 'missed').length;
    const share = Math.floor((wanted[operation] + lanes - 1 - lane) / lanes);
    if (kills < share) return { operation, round: rounds.length };
  }
  return undefined;
}

/** What fails outside the operation itself is the round's, too. */
async function oneRound(
  current: KillCase,
  { operation, round }: Round,
  { lane, lanes, seed, wanted }: LaneOptions,
): Promise<RoundResult> {
  const random = roundRandom({ seed, lane, operation, round });
  const { seen } = current;
  const place = { round, lane, lanes, wanted: wanted[operation] };
  try {
    if (round % FRESH_EVERY === 0) await bringTo(current, 'old alone');
    await bringTo(current, WAYS[operation].from);
    if (operation.endsWith('mariadbd killed')) return await serverRound(current, operation, random);
    const moment = nextMoment(place, operation === 'restore' ? seen.restore : seen.undo, random);
    return await killRound(current, { operation, moment }, random);
  } catch (error) {
    const wrong = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
    return { moment: '', step: 'before its log', ended: 'wrong', starts: [], recoverMs: 0, wrong };
  }
}
