import { createContext } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import type { Outcome, Progress } from './answers.ts';
import type { ApiFailure } from './api-failure.ts';
import { followRuns } from './follow-runs.ts';
import type { Api } from './open-api.ts';

export interface LiveRun {
  id: number;
  what: string;
  progress: Progress | undefined;
  secondsLeft: number | undefined;
  stopping: boolean;
}

export interface RunState {
  /** The run that goes on, whoever started it. */
  live: LiveRun | undefined;
  /** How the last one ended that was followed here; ApiFailure: it could not even begin. */
  outcome: Outcome | ApiFailure | undefined;
  /** Nothing can be heard of the service just now; the run itself may well go on. */
  lost: boolean;
  /** Goes up with each end of a run: what a view has loaded is old then. */
  ends: number;
  /** Asks for a run at a path of the API; resolves when it has begun. Throws ApiFailure if it is refused. */
  start(path: string, request?: Record<string, unknown>): Promise<void>;
  stop(): Promise<void>;
}

export const RunContext = createContext<RunState | undefined>(undefined);

export function useRun(): RunState {
  const found = useContext(RunContext);
  if (found === undefined) throw new Error('no view is shown without the state of runs');
  return found;
}

/** Follows the service's runs: those started here and those of others, also after the connection was lost. */
export function useRunState(api: Api): RunState {
  const [live, setLive] = useState<LiveRun>();
  const [outcome, setOutcome] = useState<Outcome | ApiFailure>();
  const [lost, setLost] = useState(false);
  const [ends, setEnds] = useState(0);

  const runs = useMemo(
    () =>
      followRuns(api, {
        began: ({ id, what }) => {
          setOutcome(undefined);
          setLive({ id, what, progress: undefined, secondsLeft: undefined, stopping: false });
        },
        progress: (progress, secondsLeft) => setLive((known) => known && { ...known, progress, secondsLeft }),
        ended: (how) => {
          setLive(undefined);
          setOutcome(how);
          setEnds((count) => count + 1);
        },
        lost: setLost,
      }),
    [api],
  );
  useEffect(() => {
    const over = new AbortController();
    void runs.follow(over.signal);
    return () => over.abort();
  }, [runs]);

  const id = live?.id;
  return useMemo(
    () => ({
      live,
      outcome,
      lost,
      ends,
      start: (path, request) => runs.start(path, request),
      async stop() {
        setLive((known) => known && { ...known, stopping: true });
        try {
          await api.send('POST', 'api/run/stop', id === undefined ? {} : { id });
        } catch (error) {
          setLive((known) => known && { ...known, stopping: false });
          throw error;
        }
      },
    }),
    [live, outcome, lost, ends, runs, api, id],
  );
}
