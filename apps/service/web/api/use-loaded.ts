import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiFailure } from './api-failure.ts';
import { useApi } from './use-api.ts';

export interface Loaded<Value> {
  /** Undefined until it is there for the first time; it stays while it is asked for again. */
  value: Value | undefined;
  failure: ApiFailure | undefined;
  reload(): Promise<void>;
}

/** What a path of the API answers; asked for when the view opens, and again by `reload`. */
export function useLoaded<Value>(path: string): Loaded<Value> {
  const { api } = useApi();
  const [value, setValue] = useState<Value>();
  const [failure, setFailure] = useState<ApiFailure>();
  const latest = useRef(0);

  const reload = useCallback(async () => {
    latest.current += 1;
    const turn = latest.current;
    try {
      const loaded = await api.get<Value>(path);
      // A slow answer must not replace a newer one.
      if (turn !== latest.current) return;
      setValue(() => loaded);
      setFailure(undefined);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      if (turn === latest.current) setFailure(error);
    }
  }, [api, path]);

  useEffect(() => {
    void reload();
    return () => {
      latest.current += 1;
    };
  }, [reload]);

  return { value, failure, reload };
}
