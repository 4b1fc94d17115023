import type { Tenant } from '../api/answers.ts';
import { useApi } from '../api/use-api.ts';
import { kindOf } from '../start/kind-of.ts';
import { useTexts } from '../texts/use-texts.ts';

/** One row for each tenant; on a narrow screen one block for each. */
export function TenantTable({ tenants }: { tenants: readonly Tenant[] }) {
  const { t, formats } = useTexts();
  const { api } = useApi();
  return (
    <table class="stacked">
      <thead>
        <tr>
          <th scope="col">{t.tenants.name}</th>
          <th scope="col">{t.tenants.last}</th>
          <th scope="col">{t.tenants.next}</th>
        </tr>
      </thead>
      <tbody>
        {tenants.map((tenant) => (
          <tr key={`${tenant.id} ${tenant.name}`}>
            <th scope="row" data-label={t.tenants.name}>
              {tenant.id === null ? tenant.name : <a href={api.address(tenant.address)}>{tenant.name}</a>}
              {tenant.running && <small>{t.tenants.running}</small>}
            </th>
            <td data-label={t.tenants.last}>
              <LastRun tenant={tenant} />
            </td>
            <td data-label={t.tenants.next}>
              {tenant.nextRun === null ? t.tenants.noNext : formats.dateTime(tenant.nextRun)}
              {tenant.why !== null && tenant.why.code !== 'stopped' && (
                <small>{t.next.why[tenant.why.code]({ since: '', failures: '' })}</small>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const SIGNS = { good: '✓', warn: '!', bad: '✕', info: 'i' } as const;

function LastRun({ tenant: { problem, alarms, lastRun } }: { tenant: Tenant }) {
  const { t, formats } = useTexts();
  const kind = lastRun === null ? 'info' : kindOf(lastRun.state);
  return (
    <div class="state">
      {problem !== null && (
        <>
          <mark class="bad">✕ {t.tenants.problem}</mark>
          <details class="original">
            <summary>{t.page.original}</summary>
            <span lang="en">{problem}</span>
          </details>
        </>
      )}
      {alarms.map(({ kind, code }) => (
        <mark key={kind} class="bad">
          ✕ {t.alarm[code ?? kind] ?? t.alarm[kind] ?? t.alarm['other'] ?? ''}
        </mark>
      ))}
      {lastRun === null ? (
        t.tenants.noBackup
      ) : (
        <>
          <mark class={kind}>
            {SIGNS[kind]} {t.history.states[lastRun.state]}
          </mark>
          <small>
            <time dateTime={lastRun.startedAt}>{formats.dateTime(lastRun.startedAt)}</time>
          </small>
        </>
      )}
    </div>
  );
}
