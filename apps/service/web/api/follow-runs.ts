import type { Outcome, Progress, Run, Status } from './answers.ts';
import { ApiFailure } from './api-failure.ts';
import type { Api, ServerEvent } from './open-api.ts';
import { createTimeLeft } from './time-left.ts';

export interface RunListener {
  began(run: Run): void;
  progress(progress: Progress, secondsLeft: number | undefined): void;
  /** Undefined: it ended unseen, and nobody knows how. */
  ended(how: Outcome | ApiFailure | undefined): void;
  lost(isLost: boolean): void;
}

export interface FollowedRuns {
  /** Asks for a run at a path of the API; resolves when it has begun. Throws ApiFailure if it is refused. */
  start(path: string, request?: Record<string, unknown>): Promise<void>;
  /** Until the signal is given. */
  follow(signal: AbortSignal): Promise<void>;
}

interface Wish {
  path: string;
  request: Record<string, unknown>;
  begun: () => void;
  refused: (failure: ApiFailure) => void;
}

/** How often it is looked whether somebody else started a run, in milliseconds; and after the connection was lost. */
const LOOK_MS = 5_000;
const AGAIN_MS = 1_000;

/**
 * Tells the listener of every run of the service. One that is asked for here is followed on the same connection,
 * so that even one that is over at once is seen to its end; if the connection breaks, it is followed on another.
 */
export function followRuns(api: Api, listener: RunListener): FollowedRuns {
  let wish: Wish | undefined;
  let wake: () => void = () => undefined;
  /** A run was seen to begin and not to end. */
  let open = false;

  return {
    start: (path, request = {}) =>
      new Promise((begun, refused) => {
        wish = { path, request, begun, refused };
        wake();
      }),
    async follow(signal) {
      while (!signal.aborted) {
        const seen = await followNext(signal);
        if (seen === 'over') return;
        if (wish === undefined && seen !== 'ended') await pause(seen === 'none' ? LOOK_MS : AGAIN_MS, signal);
      }
    },
  };

  /** `none`: nothing goes on. `cut`: the connection ended before the run did. `over`: the session is. */
  async function followNext(signal: AbortSignal): Promise<'none' | 'ended' | 'cut' | 'over'> {
    const granted = wish;
    wish = undefined;
    try {
      const ended = await followEvents(granted, signal);
      listener.lost(false);
      if (ended) return 'ended';
      if (!open) return 'none';
      const { run } = await api.get<{ run: Run | null }>('api/run', signal);
      if (run !== null) return 'cut';
      open = false;
      listener.ended((await api.get<Status>('api/status', signal)).lastRun ?? undefined);
      return 'ended';
    } catch (error) {
      if (signal.aborted) return 'over';
      if (!(error instanceof ApiFailure)) {
        // The stream broke off: what was heard so far holds, and it is asked for anew.
        listener.lost(true);
        granted?.refused(new ApiFailure(0));
        return 'cut';
      }
      granted?.refused(error);
      if (error.status === 401) return 'over';
      listener.lost(error.status === 0);
      return granted === undefined ? 'cut' : 'none';
    }
  }

  async function followEvents(granted: Wish | undefined, signal: AbortSignal): Promise<boolean> {
    const left = createTimeLeft();
    const events =
      granted === undefined
        ? api.events('api/run/events', { signal })
        : api.events(granted.path, { signal, post: granted.request });
    for await (const event of events) {
      listener.lost(false);
      if (event.name === 'began') {
        open = true;
        listener.began(event.data as Run);
        granted?.begun();
      } else if (event.name === 'progress') {
        const progress = event.data as Progress;
        listener.progress(progress, left.see(progress, performance.now()));
      } else if (event.name === 'ended' || event.name === 'refused') {
        open = false;
        listener.ended(endOf(event));
        return true;
      }
    }
    return false;
  }

  function pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
      wake = done;
    });
  }
}

function endOf({ name, data }: ServerEvent): Outcome | ApiFailure {
  return name === 'ended' ? (data as Outcome) : new ApiFailure(500, data as Record<string, unknown>);
}
