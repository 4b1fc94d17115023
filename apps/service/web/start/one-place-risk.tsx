import type { Status } from '../api/answers.ts';
import { Notice } from '../parts/notice.tsx';
import { useTexts } from '../texts/use-texts.ts';

/** TN-12: archives that lie in one place are lost with it. */
export function OnePlaceRisk({ status }: { status: Status }) {
  const { t } = useTexts();
  if (status.secondPlace != null) return null;
  return (
    <Notice kind="warn" title={t.risk.title}>
      <p>{t.risk.text}</p>
    </Notice>
  );
}
