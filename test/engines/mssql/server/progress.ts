import { setImmediate, setTimeout } from 'node:timers/promises';
import { interfere } from './interfere.ts';
import { type Context, informAndClose } from './statement.ts';

export interface Progress {
  /** So many of all bytes are done. Takes as long as the pace says; throws if the statement is to end. */
  advance(bytes: number): Promise<void>;
}

/** Percents of a BACKUP or RESTORE: in sys.dm_exec_requests, and as 3211 where STATS asks for them. */
export function trackProgress(
  context: Context,
  command: number,
  total: number,
  every: number | undefined,
): Progress {
  const { pace } = context.state;
  const started = performance.now();
  let done = 0;
  let told = 0;
  return {
    async advance(bytes) {
      const before = percentOf(done, total);
      done += bytes;
      const after = percentOf(done, total);
      for (let percent = before + 1; percent <= after; percent++) {
        await waitUntil(started + (pace.milliseconds * percent) / 100, context.reply.signal);
        if (context.session.request) context.session.request.percent = percent;
        if (every && !pace.silent && percent >= told + every) {
          told = percent - (percent % every);
          informAndClose(context, command, 3211, percent);
          await context.reply.flush();
        }
        await interfere(context, 'before', percent);
      }
      // The test's own process runs in the same loop.
      await setImmediate();
      context.reply.signal.throwIfAborted();
    },
  };
}

function percentOf(done: number, total: number): number {
  return total === 0 ? 100 : Math.floor((done * 100) / total);
}

async function waitUntil(moment: number, signal: AbortSignal): Promise<void> {
  const left = moment - performance.now();
  if (left > 0) await setTimeout(left, undefined, { signal });
}
