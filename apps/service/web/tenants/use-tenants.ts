import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Tenant, TenantPage } from '../api/answers.ts';
import { ApiFailure } from '../api/api-failure.ts';
import { useApi } from '../api/use-api.ts';

export interface FoundTenants {
  /** Undefined until they are there for the first time; they stay while others are asked for. */
  tenants: readonly Tenant[] | undefined;
  /** Of the service, whether they were asked for or not. */
  total: number;
  /** Asks for the next page; undefined: there is none. */
  more: (() => void) | undefined;
  busy: boolean;
  failure: ApiFailure | undefined;
}

/** So many at once. */
const PAGE = 100;

/** The tenants that a search finds, page by page. */
export function useTenants({ search, trouble }: { search: string; trouble: boolean }): FoundTenants {
  const { api } = useApi();
  const [pages, setPages] = useState<readonly TenantPage[]>();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const latest = useRef(0);

  const load = useCallback(
    async (before: readonly TenantPage[], after: string | undefined) => {
      latest.current += 1;
      const turn = latest.current;
      setBusy(true);
      try {
        const query = new URLSearchParams({ limit: String(PAGE), trouble: trouble ? 'yes' : 'no' });
        if (search !== '') query.set('search', search);
        if (after !== undefined) query.set('after', after);
        const page = await api.get<TenantPage>(`api/tenants?${query}`);
        // A slow answer must not replace a newer one.
        if (turn !== latest.current) return;
        setPages([...before, page]);
        setFailure(undefined);
      } catch (error) {
        if (!(error instanceof ApiFailure)) throw error;
        if (turn === latest.current) setFailure(error);
      } finally {
        if (turn === latest.current) setBusy(false);
      }
    },
    [api, search, trouble],
  );
  useEffect(() => {
    void load([], undefined);
    return () => {
      latest.current += 1;
    };
  }, [load]);

  const last = pages?.at(-1);
  const after = last?.after;
  return {
    tenants: pages?.flatMap(({ tenants }) => tenants),
    total: last?.total ?? 0,
    more: after == null ? undefined : () => void load(pages ?? [], after),
    busy,
    failure,
  };
}
