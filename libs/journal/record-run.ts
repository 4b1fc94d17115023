import type { Clock } from '#platform/clock.ts';
import { ERRORS, type ErrorCode, LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { Journal } from './journal.ts';
import type { Operation, Outcome } from './outcome.ts';

/** What a run that reached its end says about itself. */
export interface RunResult {
  state: 'done' | 'incomplete';
  message: string;
  hint?: string;
  archive?: string;
  lines: string[];
}

/**
 * Runs an operation and turns whatever happens, error or not, into an Outcome: the one place that does so.
 * Start and end are journaled; a journal that cannot be written is said in the outcome and ends nothing.
 */
export async function recordRun(
  operation: Operation,
  parts: { clock: Clock; journal: Journal; signal: AbortSignal },
  run: () => Promise<RunResult>,
): Promise<Outcome> {
  const startedAt = parts.clock.now().toString();
  const begin = parts.clock.elapsed();
  const troubles = await writeJournal(parts.journal, [`${operation}: started`]);
  const end = await settle(run, parts.signal);
  const durationMs = Math.round(parts.clock.elapsed() - begin);
  const outcome: Outcome = { operation, startedAt, durationMs, ...end };
  const late = await writeJournal(parts.journal, journalLines(outcome));
  return { ...outcome, lines: [...outcome.lines, ...new Set([...troubles, ...late])] };
}

type RunEnd = Omit<Outcome, 'operation' | 'startedAt' | 'durationMs'>;

async function settle(run: () => Promise<RunResult>, signal: AbortSignal): Promise<RunEnd> {
  try {
    const result = await run();
    const code = result.state === 'done' ? ('done' as const) : ('incomplete' as const);
    return { ...result, code, exit: code === 'done' ? 0 : ERRORS.incomplete.exit };
  } catch (thrown) {
    const [first, ...later] = inOrder(thrown);
    const lines = later.map((error) => `cleaning up failed too: ${messageOf(error)}`);
    return { ...describeError(first, signal, lines.length === 0), lines };
  }
}

/** What went wrong, in the order it did: errors of the cleaning up come after the first one and never hide it. */
function inOrder(thrown: unknown): unknown[] {
  if (!(thrown instanceof SuppressedError)) return [thrown];
  return [...inOrder(thrown.suppressed), ...inOrder(thrown.error)];
}

function describeError(error: unknown, signal: AbortSignal, cleaned: boolean): Omit<RunEnd, 'lines'> {
  if (signal.aborted && !outweighsStop(error)) {
    const message = `stopped before the end; ${cleaned ? 'nothing half-made was left' : 'cleaning up failed'}`;
    return { state: 'interrupted', code: 'interrupted', exit: ERRORS.interrupted.exit, message };
  }
  const known = error instanceof LifeboatError ? error : asKnownError(error);
  return {
    // Nobody said yes: nothing went wrong and nothing was done.
    state: known.code === 'not-confirmed' ? 'skipped' : 'failed',
    code: known.code,
    exit: ERRORS[known.code].exit,
    message: known.message,
    ...(known.hint === undefined ? {} : { hint: known.hint }),
  };
}

/** Where a system was stopped or switched over, a failure leaves more to be known than that somebody said stop. */
const OUTWEIGHS_STOP: readonly ErrorCode[] = ['rollback-failed', 'switch-failed', 'command-failed'];

function outweighsStop(error: unknown): boolean {
  return error instanceof LifeboatError && OUTWEIGHS_STOP.includes(error.code);
}

/** A system error that no part gave words to; anything else is a defect of ours and says so. */
function asKnownError(error: unknown): LifeboatError {
  const code = systemErrorCode(error);
  const message = messageOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new LifeboatError('space-low', `no space left while writing (${message})`, { cause: error });
  }
  if (code !== undefined && /^E[A-Z0-9]+$/.test(code)) {
    return new LifeboatError('write-failed', `the system refused an operation: ${message}`, { cause: error });
  }
  return new LifeboatError('internal', `unexpected error, a defect of lifeboat: ${message}`, {
    hint: 'please report it with the journal; nothing is known to be lost',
    cause: error,
  });
}

function journalLines(outcome: Outcome): string[] {
  const seconds = (outcome.durationMs / 1000).toFixed(1);
  return [
    ...outcome.lines.map((line) => `${outcome.operation}: ${line}`),
    `${outcome.operation}: ${outcome.state} (${outcome.code}) after ${seconds} s: ${outcome.message}`,
  ];
}

async function writeJournal(journal: Journal, lines: string[]): Promise<string[]> {
  try {
    await journal.write(lines);
    return [];
  } catch (error) {
    return [`the journal ${journal.path} could not be written: ${messageOf(error)}`];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
