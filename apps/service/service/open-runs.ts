import type { Outcome } from '#journal/outcome.ts';
import { LifeboatError } from '#platform/errors.ts';
import { pause } from '#platform/pause.ts';
import type { OnProgress, Progress } from '#platform/progress.ts';

/** The runs of a service for one system: at most one at a time, whoever asked for it. */
export interface Runs extends AsyncDisposable {
  /**
   * Begins a run, which from here on depends on nobody who asked for it. Throws `system-locked` while another goes on; one
   * of the kind `insteadOf` is stopped, and its end waited for.
   */
  begin(what: string, work: RunWork, options?: { insteadOf?: string }): Run;
  current(): Run | undefined;
}

export type RunWork = (how: { onProgress: OnProgress; signal: AbortSignal }) => Promise<Outcome>;

export interface Run {
  readonly id: number;
  /** `a backup`. */
  readonly what: string;
  readonly startedAt: Temporal.Instant;
  /** How it ended; rejects if it could not even begin (a conf that is broken). */
  readonly ended: Promise<Outcome>;
  progress(): Progress | undefined;
  /** The newest progress now and whenever it has changed, at most ten times a second, until the run has ended. */
  follow(signal: AbortSignal): AsyncGenerator<Progress>;
  /** It ends as interrupted, in its own time; `ended` tells when. */
  stop(why: string): void;
}

const FOLLOW_MS = 100;

/** Disposing stops the run that goes on, and resolves when it has ended. */
export function openRuns(now: () => Temporal.Instant): Runs {
  let current: Run | undefined;
  let count = 0;
  let closed = false;

  return {
    begin(what, work, { insteadOf } = {}) {
      if (closed) throw new LifeboatError('interrupted', `cannot start ${what}: the service is ending`);
      const before = current;
      if (before !== undefined && before.what !== insteadOf) {
        throw new LifeboatError(
          'system-locked',
          `cannot start ${what}: ${before.what} has been running since ${before.startedAt}; nothing was changed`,
          { hint: 'wait until it has ended, or stop it with "lifeboat stop", then try again' },
        );
      }
      before?.stop(`${what} goes first`);
      const run = beginRun({ id: ++count, what, startedAt: now() }, async (how) => {
        if (before !== undefined) await Promise.allSettled([before.ended]);
        return await work(how);
      });
      current = run;
      const free = () => {
        if (current === run) current = undefined;
      };
      run.ended.then(free, free);
      return run;
    },
    current: () => current,
    async [Symbol.asyncDispose]() {
      closed = true;
      current?.stop('the service was told to end');
      await Promise.allSettled([current?.ended]);
    },
  };
}

function beginRun(facts: Pick<Run, 'id' | 'what' | 'startedAt'>, work: RunWork): Run {
  const stopper = new AbortController();
  let latest: Progress | undefined;
  const over = new AbortController();
  const onProgress: OnProgress = (progress) => {
    latest = progress;
  };
  const ended = work({ onProgress, signal: stopper.signal }).finally(() => over.abort());
  // Whoever waits for it sees the rejection; nobody has to.
  ended.catch(() => undefined);
  return {
    ...facts,
    ended,
    progress: () => latest,
    async *follow(signal) {
      const end = AbortSignal.any([signal, over.signal]);
      let seen: Progress | undefined;
      while (!end.aborted) {
        if (latest !== undefined && latest !== seen) {
          seen = latest;
          yield latest;
        }
        await pause(FOLLOW_MS, end);
      }
    },
    stop(why) {
      stopper.abort(new LifeboatError('interrupted', `stopped: ${why}`));
    },
  };
}
