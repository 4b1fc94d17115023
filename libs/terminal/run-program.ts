import { ERRORS, LifeboatError, systemErrorCode } from '#platform/errors.ts';

/**
 * Runs a program's main function with a signal that SIGINT, SIGTERM and SIGHUP (the terminal has gone) abort,
 * and sets the exit status. The program ends by itself once it has cleaned up, and a second signal does not
 * hurry it: between two steps of a switch-over it would do harm. An error that no run has turned into an outcome (a wrong argument, a broken
 * conf) is printed as one message with its hint, and with --json as one line of JSON on standard output.
 */
export async function runProgram(
  name: string,
  main: (signal: AbortSignal) => Promise<number>,
): Promise<void> {
  ignoreClosedPipes();
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      process.stderr.write(`${name}: ${signal}: stopping, nothing half-made will be left\n`);
      stop.abort(new LifeboatError('interrupted', `stopped by ${signal}`));
    });
  }
  try {
    process.exitCode = await main(stop.signal);
  } catch (error) {
    process.exitCode = explain(name, error);
  }
}

/** Whoever read the output has gone (`| head`, a lost connection): a run goes on to its end and journals it. */
function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (!['EPIPE', 'EIO'].includes(systemErrorCode(error) ?? '')) throw error;
    });
  }
}

function explain(name: string, error: unknown): number {
  if (!(error instanceof LifeboatError)) {
    process.stderr.write(
      `${name}: unexpected error, a defect of lifeboat: ${error instanceof Error ? error.stack : error}\n`,
    );
    return ERRORS.internal.exit;
  }
  if (process.argv.includes('--json')) {
    const { code, message, hint } = error;
    process.stdout.write(
      `${JSON.stringify({ state: 'failed', code, exit: ERRORS[code].exit, message, hint })}\n`,
    );
    return ERRORS[code].exit;
  }
  process.stderr.write(`${name}: ${error.message}\n`);
  if (error.hint !== undefined) process.stderr.write(`what to do: ${error.hint}\n`);
  return ERRORS[error.code].exit;
}
