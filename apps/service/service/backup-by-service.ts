import { text } from 'node:stream/consumers';
import type { BackupRequest } from '#backup/backup-parts.ts';
import type { Outcome } from '#journal/outcome.ts';
import type { OnProgress } from '#platform/progress.ts';
import { askService } from './ask-service.ts';
import { readRunEvents } from './read-run-events.ts';
import { refusalOf } from './refusal-of.ts';
import type { ServiceAddress } from './service-of.ts';

/**
 * FD-01: asks the running service for a backup, shows its progress, and resolves with its outcome; undefined if no
 * service runs. A stop is passed on, and the outcome waited for. What the service refuses is thrown as it would
 * be here; `service-lost` if the service ends before it has told how the run ended.
 */
export async function backupByService(
  service: ServiceAddress,
  body: BackupRequest,
  { onProgress, signal }: { onProgress: OnProgress; signal: AbortSignal },
): Promise<Outcome | undefined> {
  signal.throwIfAborted();
  const answer = await askService(service, { path: '/api/backup', body, accept: 'text/event-stream' });
  if (answer === undefined) return undefined;
  if (answer.statusCode !== 200) throw refusalOf(await text(answer));
  let id: number | undefined;
  const stop = () => void passOn(service, id).catch(() => answer.destroy());
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await readRunEvents(answer.setEncoding('utf8'), {
      onProgress,
      onBegan: (begun) => {
        id = begun;
      },
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function passOn(service: ServiceAddress, id: number | undefined): Promise<void> {
  const answer = await askService(service, {
    path: '/api/run/stop',
    body: id === undefined ? {} : { id },
  });
  answer?.resume();
}
