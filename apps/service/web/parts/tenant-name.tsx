import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { addressOf } from './use-route.ts';

/** Whose page this is, and the way back to all for whoever may go there. */
export function TenantName() {
  const { t } = useTexts();
  const { api, me } = useApi();
  if (me.tenant === null) return null;
  // Under a tenant's own host name nobody knows the service's address.
  const isBelow = /\/t\/[^/]+\/$/.test(new URL(api.address('.')).pathname);
  return (
    <p class="tenant path">
      {t.tenants.of(me.tenant)}
      {!me.bound && isBelow && (
        <>
          {' '}
          <a href={api.address(`../../${addressOf('tenants')}`)}>{t.tenants.all}</a>
        </>
      )}
    </p>
  );
}
