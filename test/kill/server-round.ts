import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended } from '../e2e/run-program.ts';
import { commandOf } from './command-of.ts';
import type { KillCase } from './kill-case.ts';
import type { RoundResult } from './kill-round.ts';
import { newLog } from './new-log.ts';
import { nextStart } from './next-start.ts';
import type { Operation } from './operation.ts';
import { type Step, stepOf } from './step-of.ts';
import { wrongWith } from './wrong-with.ts';

/** What becomes of the server, and of the tool that is at work on it. */
const FATES = ['comes back', 'comes back when the tool has given up', 'the tool is killed as well'] as const;

/** Records after which the server is at work on the switch-over or the undo. */
const AT_WORK: Record<'apply' | 'undo', readonly RegExp[]> = {
  apply: [/^take triggers/, /^rename: live tables/, /^make keys/],
  undo: [/^bring back on/],
};

/** Longest from such a record until the server is killed, in milliseconds. */
const WITHIN_MS = 50;

/** As a killRound, of mariadbd instead of the tool. The tool ends by itself, or is ended by what comes next. */
export async function serverRound(
  killCase: KillCase,
  operation: Operation,
  random: () => number,
): Promise<RoundResult> {
  const { server, state } = killCase.system;
  const command = commandOf(killCase, operation);
  const plan = planOf(command[0] as 'apply' | 'undo', random);
  const logOfIt = await newLog(state);
  const tool = new AbortController();
  const running = killCase.system.restore(command, {
    onStart: (kill) => tool.signal.addEventListener('abort', () => kill('SIGKILL')),
  });
  const step = await killServer(killCase, { running, logOfIt, ...plan });
  const round = { moment: plan.text, step: step ?? 'after its end', starts: [], recoverMs: 0 };
  if (step === undefined) return { ...round, ended: 'missed', wrong: [] };
  if (plan.fate === 'the tool is killed as well') tool.abort();
  if (plan.fate !== 'comes back') await running;
  await server.restart();
  const { status } = await running;
  const log = await logOfIt();
  const { wrong, starts, recoverMs } = await nextStart(killCase.system, command, random);
  const ended = log?.switched ? 'after' : 'before';
  wrong.push(...(await wrongWith(killCase, { operation, ended })));
  const all = [`tool ${status === null ? 'killed' : `ended with ${status}`}`, ...starts];
  return { ...round, starts: all, recoverMs, ended: wrong.length > 0 ? 'wrong' : ended, wrong };
}

interface Plan {
  record: RegExp;
  after: number;
  fate: (typeof FATES)[number];
  text: string;
}

function planOf(command: 'apply' | 'undo', random: () => number): Plan {
  const records = AT_WORK[command];
  const record = records[Math.floor(random() * records.length)]!;
  const after = random() * WITHIN_MS;
  const fate = FATES[Math.floor(random() * FATES.length)]!;
  return { record, after, fate, text: `${record.source.slice(1)} + ${after.toFixed(0)} ms, ${fate}` };
}

interface Watched extends Plan {
  running: Promise<Ended>;
  logOfIt: Awaited<ReturnType<typeof newLog>>;
}

/** Resolves with the step in which the kill fell; undefined: the tool had ended before. */
async function killServer(
  { system }: KillCase,
  { running, logOfIt, record, after }: Watched,
): Promise<Step | undefined> {
  const ended = running.then(() => true);
  for (;;) {
    const log = await logOfIt();
    if (log?.steps.some(({ what }) => record.test(what))) break;
    if (await Promise.race([ended, sleep(2, false)])) return undefined;
  }
  if (await Promise.race([ended, sleep(after, false)])) return undefined;
  const step = stepOf(await logOfIt(), '');
  await system.server.kill();
  return step;
}
