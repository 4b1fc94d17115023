import { commandOf } from './command-of.ts';
import type { KillCase } from './kill-case.ts';
import { type Moment, momentText } from './moment.ts';
import { newLog } from './new-log.ts';
import { nextStart } from './next-start.ts';
import type { Operation } from './operation.ts';
import type { RoundRecord } from './round-record.ts';
import { runKilled } from './run-killed.ts';
import { stepOf } from './step-of.ts';
import { wrongWith } from './wrong-with.ts';

export type RoundResult = Pick<RoundRecord, 'moment' | 'step' | 'ended' | 'starts' | 'recoverMs' | 'wrong'>;

/**
 * Kills an operation at a moment, starts what comes next, and compares everything. There is one rule for where it must
 * have ended: whether the commit point stood in its log.
 */
export async function killRound(
  killCase: KillCase,
  { operation, moment }: { operation: Operation; moment: Moment },
  random: () => number,
): Promise<RoundResult> {
  const { system, seen } = killCase;
  const command = commandOf(killCase, operation);
  const logOfIt = await newLog(system.state);
  const killed = await runKilled(system, command, {
    moment,
    seen: seen[command === killCase.apply ? 'restore' : 'undo'],
  });
  const log = await logOfIt();
  const round = { moment: momentText(moment), step: stepOf(log, killed.stage), starts: [], recoverMs: 0 };
  if (killed.status === 0) return { ...round, ended: 'missed', wrong: [] };
  if (killed.status !== null) {
    const wrong = [`it ended by itself with ${killed.status}: ${killed.stdout}${killed.stderr}`];
    return { ...round, ended: 'wrong', wrong };
  }
  const { wrong, ...started } = await nextStart(system, command, random);
  const ended = log?.switched ? 'after' : 'before';
  wrong.push(...(await wrongWith(killCase, { operation, ended })));
  return { ...round, ...started, ended: wrong.length > 0 ? 'wrong' : ended, wrong };
}
