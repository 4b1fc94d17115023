import { useEffect, useState } from 'preact/hooks';
import type { Tenant } from '../api/answers.ts';
import { CheckField } from '../parts/check-field.tsx';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { TenantTable } from './tenant-table.tsx';
import { type FoundTenants, useTenants } from './use-tenants.ts';

/** How long nothing has to be typed before it is searched for, in milliseconds. */
const TYPING_MS = 250;

/** TN: all tenants of the service, each with how it stands and the way to its page. */
export function TenantsView() {
  const { t } = useTexts();
  const [typed, setTyped] = useState('');
  const [search, setSearch] = useState('');
  const [trouble, setTrouble] = useState(false);
  const found = useTenants({ search, trouble });
  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <>
      <search class="filters">
        <TextField label={t.tenants.search} value={typed} change={setTyped} />
        <CheckField label={t.tenants.trouble} checked={trouble} change={setTrouble} />
      </search>
      <FailureNotice failure={found.failure} />
      {found.tenants === undefined && found.failure === undefined && <p aria-busy="true">{t.page.loading}</p>}
      {found.tenants !== undefined && (
        <Found found={found} tenants={found.tenants} isFiltered={search !== ''} trouble={trouble} />
      )}
    </>
  );
}

function Found(props: {
  found: FoundTenants;
  tenants: readonly Tenant[];
  isFiltered: boolean;
  trouble: boolean;
}) {
  const { t, formats } = useTexts();
  const { found, tenants } = props;
  const nothing = props.isFiltered
    ? t.tenants.noneFound
    : props.trouble
      ? t.tenants.noneInTrouble
      : t.tenants.none;
  return (
    <>
      <p role="status">
        {tenants.length === 0
          ? nothing
          : t.tenants.count(formats.number(tenants.length), formats.number(found.total))}
      </p>
      {tenants.length > 0 && <TenantTable tenants={tenants} />}
      {found.more !== undefined && (
        <button type="button" class="outline" aria-busy={found.busy} onClick={found.more}>
          {t.tenants.more}
        </button>
      )}
    </>
  );
}
