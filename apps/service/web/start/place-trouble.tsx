import type { Status } from '../api/answers.ts';
import { Notice } from '../parts/notice.tsx';
import { SaidText } from '../parts/said-text.tsx';
import { useTexts } from '../texts/use-texts.ts';

/** Why the archives cannot be looked at; whatever else is known is shown all the same. */
export function PlaceTrouble({ status: { placeProblem } }: { status: Status }) {
  const { t } = useTexts();
  if (placeProblem === null) return null;
  return (
    <Notice kind="bad" title={t.last.noPlace}>
      <SaidText {...placeProblem} />
    </Notice>
  );
}
