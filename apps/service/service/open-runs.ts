import type { Outcome } from '#journal/outcome.ts';
import { LifeboatError } from '#platform/errors.ts';
import { pause } from '#platform/pause.ts';
import type { OnProgress, Progress } from '#platform/progress.ts';

/** The runs of a service for one system: at most one at a time, whoever asked for it. */
export interface Runs extends AsyncDisposable {
  /** Begins a run, which from here on depends on nobody who asked for it. Throws `system-locked` while another goes on. */
  begin(what: string, work: RunWork): Run;
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
    begin(what, work) {
      if (closed) throw new LifeboatError('interrupted', `cannot start ${what}: the service is ending`);
      if (current) {
        throw new LifeboatError(
          'system-locked',
          `cannot start ${what}: ${current.what} has been running since ${current.startedAt}; nothing was changed`,
          { hint: 'wait until it has ended, or stop it with "lifeboat stop", then try again' },
        );
      }
      const run = beginRun({ id: ++count, what, startedAt: now() }, work);
      current = run;
      const free = () => {
        current = undefined;
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
