import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Outcome } from '#journal/outcome.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { OnProgress } from '#platform/progress.ts';
import { refusalOf } from './refusal-of.ts';

/**
 * Reads a run as a service tells it, to its end, and resolves with the outcome. What the service refuses is thrown as
 * it would be here; `service-lost` if the stream ends before that.
 */
export async function readRunEvents(
  stream: AsyncIterable<string>,
  { onProgress, onBegan }: { onProgress: OnProgress; onBegan?: (id: number) => void },
): Promise<Outcome> {
  for await (const { event, data } of messages(stream)) {
    if (event === 'began') onBegan?.((JSON.parse(data) as { id: number }).id);
    if (event === 'progress') onProgress(JSON.parse(data));
    if (event === 'ended') return JSON.parse(data) as Outcome;
    if (event === 'refused') throw refusalOf(data);
  }
  throw serviceLost();
}

async function* messages(stream: AsyncIterable<string>): AsyncGenerator<EventSourceMessage> {
  const ready: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => void ready.push(event) });
  try {
    for await (const chunk of stream) {
      parser.feed(chunk);
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
