import { ERRORS, type ErrorCode, LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import type { Outcome } from './outcome.ts';
import type { RunResult, SavedSet } from './run-result.ts';

/** How a run ended, without when it did. */
export type RunEnd = Omit<Outcome, 'operation' | 'startedAt' | 'durationMs'>;

export interface SettledRun {
  end: RunEnd;
  saved?: SavedSet | undefined;
}

const EXITS = {
  done: 0,
  skipped: 0,
  incomplete: ERRORS.incomplete.exit,
  'copy-missing': ERRORS['copy-missing'].exit,
} as const;

/** Runs an operation and turns whatever happens, error or not, into its end. Never throws. */
export async function settleRun(run: () => Promise<RunResult>, signal: AbortSignal): Promise<SettledRun> {
  try {
    const { saved, ...result } = await run();
    const code = result.code ?? result.state;
    return { end: { ...result, code, exit: EXITS[code] }, saved };
  } catch (thrown) {
    const [first, ...later] = inOrder(thrown);
    const lines = later.map((error) => `cleaning up failed too: ${messageOf(error)}`);
    return { end: { ...describeError(first, signal, lines.length === 0), lines } };
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
    ...(known.facts === undefined ? {} : { facts: known.facts }),
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
