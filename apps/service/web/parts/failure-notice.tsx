import type { ApiFailure } from '../api/api-failure.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Notice } from './notice.tsx';
import { SaidText } from './said-text.tsx';

/** Why something did not work. `usage`: what is asked for here, where the service says only that it was not given. */
export function FailureNotice({
  failure,
  title,
  usage,
}: {
  failure: ApiFailure | undefined;
  title?: string;
  usage?: string;
}) {
  const { t } = useTexts();
  if (failure === undefined) return null;
  if (failure.status === 0) return <Notice kind="bad" live title={t.page.unreachable} />;
  const said =
    failure.code === 'usage' && usage !== undefined ? <p>{usage}</p> : <SaidText {...textOf(failure)} />;
  if (title === undefined) {
    return (
      <div class="notice bad" role="alert">
        <span class="sign" aria-hidden="true">
          ✕
        </span>
        <div>{said}</div>
      </div>
    );
  }
  return (
    <Notice kind="bad" live title={title}>
      {said}
    </Notice>
  );
}

/** What of an Error is no own property is not spread. */
function textOf({ code, message, hint, facts }: ApiFailure) {
  return { code, message, hint, facts };
}
