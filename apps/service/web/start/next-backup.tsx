import type { Status } from '../api/answers.ts';
import { useApi } from '../api/use-api.ts';
import { Notice } from '../parts/notice.tsx';
import { addressOf } from '../parts/use-route.ts';
import { useTexts } from '../texts/use-texts.ts';

/** When the next backup runs by itself, or plainly that none will, and why (TN-08). */
export function NextBackup({ status }: { status: Status }) {
  const { t, formats } = useTexts();
  const { may } = useApi();
  const { nextRun, notByItself } = status;
  const known = notByItself === null ? undefined : t.next.reason[notByItself];
  return (
    <article class="card">
      <h2>{t.next.title}</h2>
      {nextRun !== null && (
        <p class="big">
          <time dateTime={nextRun}>{formats.dateTime(nextRun)}</time>
        </p>
      )}
      {(notByItself !== null || nextRun === null) && (
        <Notice kind="warn" title={nextRun === null ? t.next.never : t.next.but}>
          {notByItself !== null && (known ? <p>{known}</p> : <p lang="en">{notByItself}</p>)}
        </Notice>
      )}
      {may('administrator') && (
        <p>
          <a href={addressOf('settings')}>{t.next.toSettings}</a>
        </p>
      )}
    </article>
  );
}
