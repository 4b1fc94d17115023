import { ERRORS, LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import type { Run } from './open-runs.ts';

/**
 * A run as server-sent events: `began` {id, what, startedAt}, `progress` as they come, and last either `ended` with
 * the outcome or `refused` with the error's code, exit, message and hint. A reader that goes away ends nothing.
 */
export async function* runEvents(run: Run, signal: AbortSignal): AsyncGenerator<string> {
  yield event('began', { id: run.id, what: run.what, startedAt: run.startedAt.toString() });
  for await (const progress of run.follow(signal)) yield event('progress', progress);
  if (signal.aborted) return;
  yield await run.ended.then(
    (outcome) => event('ended', outcome),
    (error: unknown) => event('refused', describeRefusal(error)),
  );
}

/** What a program is told of an error that is no outcome. */
export function describeRefusal(error: unknown): Record<string, unknown> {
  if (error instanceof LifeboatError) {
    const { code, message, hint, facts } = error;
    return { state: 'failed', code, exit: ERRORS[code].exit, message, hint, facts };
  }
  const message = messageOf(error);
  return { state: 'failed', code: 'internal', exit: ERRORS.internal.exit, message };
}

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
