import type { ApiFailure } from '../api/api-failure.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Notice } from './notice.tsx';

/** Why something did not work, in the service's own words, which are English. */
export function FailureNotice({ failure, title }: { failure: ApiFailure | undefined; title?: string }) {
  const { t } = useTexts();
  if (failure === undefined) return null;
  if (failure.status === 0) return <Notice kind="bad" live title={t.page.unreachable} />;
  const said = (
    <span lang="en">
      {failure.message}
      {failure.hint !== undefined && `: ${failure.hint}`}
    </span>
  );
  if (title === undefined) {
    return (
      <div class="notice bad" role="alert">
        <span class="sign" aria-hidden="true">
          ✕
        </span>
        <p>{said}</p>
      </div>
    );
  }
  return (
    <Notice kind="bad" live title={title}>
      <p>{said}</p>
    </Notice>
  );
}
