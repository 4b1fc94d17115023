import type { ApiFailure } from '../api/api-failure.ts';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import { useTexts } from '../texts/use-texts.ts';

/** Why somebody could not sign in; what happens every day is said in his language. */
export function SignInFailure({ failure, refused }: { failure: ApiFailure | undefined; refused: string }) {
  const { t } = useTexts();
  if (failure === undefined) return null;
  if (failure.status === 401) return <Notice kind="bad" live title={refused} />;
  if (failure.status === 429) return <FailureNotice failure={failure} title={t.signIn.tooManyTries} />;
  return <FailureNotice failure={failure} />;
}
