import type { Outcome } from '../api/answers.ts';
import type { ApiFailure } from '../api/api-failure.ts';
import { useApi } from '../api/use-api.ts';
import { isFailure } from '../api/use-run.ts';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { kindOf } from './kind-of.ts';

/** How the run ended that was seen here; after a backup its archive is offered (BT-06). */
export function RunEnd({ outcome }: { outcome: Outcome | ApiFailure }) {
  const { t } = useTexts();
  const { api, may } = useApi();
  if (isFailure(outcome)) return <FailureNotice failure={outcome} title={t.now.refused} />;
  const { state, archive, message, hint, operation } = outcome;
  const title =
    operation === 'backup'
      ? t.now.ended[state]
      : operation === 'verify'
        ? t.archives.verifyEnded[state]
        : message;
  const made = state === 'done' || state === 'incomplete' ? archive : undefined;
  return (
    <Notice kind={kindOf(state)} live title={title}>
      <p lang="en" class="said">
        {message}
        {hint !== undefined && `: ${hint}`}
      </p>
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
