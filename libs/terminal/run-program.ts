import { ERRORS, LifeboatError } from '#platform/errors.ts';

/**
 * Runs a program's main function with a signal that SIGINT and SIGTERM abort, and sets the exit status. A
 * second signal ends the process at once. An error that no run has turned into an outcome (a wrong argument,
 * a broken conf) is printed as one message with its hint.
 */
export async function runProgram(
  name: string,
  main: (signal: AbortSignal) => Promise<number>,
): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(ERRORS.interrupted.exit);
      stop.abort(new LifeboatError('interrupted', `stopped by ${signal}`));
    });
  }
  try {
    process.exitCode = await main(stop.signal);
  } catch (error) {
    process.exitCode = explain(name, error);
  }
}

function explain(name: string, error: unknown): number {
  if (!(error instanceof LifeboatError)) {
    process.stderr.write(
      `${name}: unexpected error, a defect of lifeboat: ${error instanceof Error ? error.stack : error}\n`,
    );
    return ERRORS.internal.exit;
  }
  process.stderr.write(`${name}: ${error.message}\n`);
  if (error.hint !== undefined) process.stderr.write(`what to do: ${error.hint}\n`);
  return ERRORS[error.code].exit;
}
