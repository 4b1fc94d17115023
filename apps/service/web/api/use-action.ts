import { useCallback, useState } from 'preact/hooks';
import { ApiFailure } from './api-failure.ts';

export interface Action {
  busy: boolean;
  failure: ApiFailure | undefined;
  /** Does it unless it is going on already; resolves with whether it went well. */
  run(work: () => Promise<unknown>): Promise<boolean>;
}

/** Something a person started: whether it goes on, and how it failed. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const run = useCallback(
    async (work: () => Promise<unknown>) => {
      if (busy) return false;
      setBusy(true);
      setFailure(undefined);
      try {
        await work();
        return true;
      } catch (error) {
        if (!(error instanceof ApiFailure)) throw error;
        setFailure(error);
        return false;
      } finally {
        setBusy(false);
      }
    },
    [busy],
  );
  return { busy, failure, run };
}
