import type { Outcome } from '#journal/outcome.ts';
import type { Run } from './open-runs.ts';

/** How a run ends; it is told to end when `stop` aborts, and waited for. */
export async function endOfRun(run: Run, stop: AbortSignal): Promise<Outcome> {
  const end = () => run.stop('the service was told to end');
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  try {
    return await run.ended;
  } finally {
    stop.removeEventListener('abort', end);
  }
}
