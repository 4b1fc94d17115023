import type { Risk } from '../api/answers.ts';
import { useApi } from '../api/use-api.ts';
import { Notice } from '../parts/notice.tsx';
import { SaidText } from '../parts/said-text.tsx';
import { addressOf } from '../parts/use-route.ts';
import { useTexts } from '../texts/use-texts.ts';

/** TN-12: why archives could all be lost together, who else may get at them, and what to do about it. */
export function Risks({ risks }: { risks: readonly Risk[] }) {
  const { t } = useTexts();
  const { may, me } = useApi();
  // A tenant's second place is named in the profile of all.
  const isTenant = me.tenant !== null;
  return (
    <>
      {risks.map((risk) => (
        <Notice key={`${risk.code} ${risk.place}`} kind="warn" title={t.risk[risk.code].title}>
          <p>
            {isTenant && risk.code === 'one-place'
              ? t.riskOfTenant(risk.place)
              : t.risk[risk.code].text(risk)}
          </p>
          {risk.why !== undefined && (
            <SaidText
              code={risk.why}
              message={risk.message ?? ''}
              hint={risk.hint}
              facts={{ place: risk.place, key: 'second_path' }}
            />
          )}
          {risk.command !== undefined && (
            <p>
              <code>{risk.command}</code>
            </p>
          )}
          {may('administrator') && !isTenant && risk.code !== 'exposed' && (
            <p>
              <a href={addressOf('settings')}>{t.riskToSettings}</a>
            </p>
          )}
        </Notice>
      ))}
    </>
  );
}
