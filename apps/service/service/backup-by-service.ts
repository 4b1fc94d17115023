import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { BackupRequest } from '#backup/run-backup.ts';
import type { Outcome } from '#journal/outcome.ts';
import { ERRORS, type ErrorCode, LifeboatError } from '#platform/errors.ts';
import type { OnProgress } from '#platform/progress.ts';
import { askService } from './ask-service.ts';

/**
 * FD-01: asks the running service for a backup, shows its progress, and resolves with its outcome; undefined if no
 * service runs. A stop is passed on, and the outcome waited for. What the service refuses is thrown as it would
 * be here; `service-lost` if the service ends before it has told how the run ended.
 */
export async function backupByService(
  socketPath: string,
  body: BackupRequest,
  { onProgress, signal }: { onProgress: OnProgress; signal: AbortSignal },
): Promise<Outcome | undefined> {
  signal.throwIfAborted();
  const answer = await askService(socketPath, { path: '/api/backup', body, accept: 'text/event-stream' });
  if (answer === undefined) return undefined;
  if (answer.statusCode !== 200) throw refusalOf(await text(answer));
  let id: number | undefined;
  const stop = () => void passOn(socketPath, id).catch(() => answer.destroy());
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const { event, data } of events(answer)) {
      if (event === 'began') id = (JSON.parse(data) as { id: number }).id;
      if (event === 'progress') onProgress(JSON.parse(data));
      if (event === 'ended') return JSON.parse(data) as Outcome;
      if (event === 'refused') throw refusalOf(data);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  throw serviceLost();
}

async function passOn(socketPath: string, id: number | undefined): Promise<void> {
  const answer = await askService(socketPath, {
    path: '/api/run/stop',
    body: id === undefined ? {} : { id },
  });
  answer?.resume();
}

async function* events(answer: IncomingMessage): AsyncGenerator<EventSourceMessage> {
  const ready: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => void ready.push(event) });
  try {
    for await (const chunk of answer.setEncoding('utf8')) {
      parser.feed(String(chunk));
      yield* ready.splice(0);
    }
  } catch (cause) {
    throw serviceLost(cause);
  }
}

function serviceLost(cause?: unknown): LifeboatError {
  return new LifeboatError('service-lost', 'the service ended before it told how the backup ended', {
    hint: 'the journal says how it ended, or will when the service is started again',
    cause,
  });
}

/** Answers of the service are those of the same program; whatever else comes is shown as it is. */
function refusalOf(body: string): LifeboatError {
  try {
    const { code, message, hint } = JSON.parse(body) as { code: string; message: string; hint?: string };
    if (code in ERRORS) {
      return new LifeboatError(code as ErrorCode, message, hint === undefined ? {} : { hint });
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return new LifeboatError(
    'internal',
    `the service gave an answer that cannot be read: ${body.slice(0, 200)}`,
  );
}
