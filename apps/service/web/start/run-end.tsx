import type { Outcome } from '../api/answers.ts';
import type { ApiFailure } from '../api/api-failure.ts';
import { isFailure } from '../api/is-failure.ts';
import { useApi } from '../api/use-api.ts';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import type { Texts } from '../texts/en.ts';
import { useTexts } from '../texts/use-texts.ts';
import { kindOf } from './kind-of.ts';
import { OutcomeText } from './outcome-text.tsx';

/** How the run ended that was seen here; after a backup its archive is offered (BT-06). */
export function RunEnd({ outcome }: { outcome: Outcome | ApiFailure }) {
  const { t } = useTexts();
  const { api, may } = useApi();
  if (isFailure(outcome)) return <FailureNotice failure={outcome} title={t.now.refused} />;
  const { state, archive, operation } = outcome;
  const made = state === 'done' || state === 'incomplete' ? archive : undefined;
  return (
    <Notice kind={kindOf(state)} live title={titleOf(outcome, t)}>
      <OutcomeText outcome={outcome} />
      {made !== undefined && operation === 'backup' && may('administrator') && (
        <>
          <p>
            <a
              class="as-button"
              href={api.address(`api/archives/${encodeURIComponent(made)}/file`)}
              download={made}
            >
              {t.now.download}
            </a>
          </p>
          <p>{t.now.keepCopy}</p>
        </>
      )}
    </Notice>
  );
}

function titleOf({ operation, state, code, message }: Outcome, t: Texts): string {
  if (code === 'copy-missing') return t.now.copyMissing;
  if (operation === 'backup') return t.now.ended[state];
  if (operation === 'drill') return t.drills.ended[state];
  return operation === 'verify' ? t.archives.verifyEnded[state] : message;
}
