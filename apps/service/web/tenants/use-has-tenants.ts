import { useEffect, useState } from 'preact/hooks';
import type { TenantPage } from '../api/answers.ts';
import { ApiFailure } from '../api/api-failure.ts';
import { useApi } from '../api/use-api.ts';

/** Whether this person, at this address, has tenants to see. */
export function useHasTenants(): boolean {
  const { api, me } = useApi();
  const [has, setHas] = useState(false);
  const isOwn = me.tenant === null && !me.bound;
  useEffect(() => {
    if (!isOwn) return setHas(false);
    api.get<TenantPage>('api/tenants?limit=1').then(
      ({ total }) => setHas(total > 0),
      (error: unknown) => {
        // Whatever stands in the way of it the views tell.
        if (!(error instanceof ApiFailure)) throw error;
      },
    );
  }, [api, isOwn]);
  return has;
}
