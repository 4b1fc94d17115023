import type { NotByItself, Status } from '../api/answers.ts';
import { useApi } from '../api/use-api.ts';
import { Notice } from '../parts/notice.tsx';
import { addressOf } from '../parts/use-route.ts';
import type { Formats } from '../texts/formats.ts';
import { useTexts } from '../texts/use-texts.ts';

/** When the next backup runs by itself, or plainly that none will, and why (TN-08). */
export function NextBackup({ status }: { status: Status }) {
  const { t, formats } = useTexts();
  const { may } = useApi();
  const { nextRun, why } = status;
  return (
    <article class="card">
      <h2>{t.next.title}</h2>
      {nextRun !== null && (
        <p class="big">
          <time dateTime={nextRun}>{formats.dateTime(nextRun)}</time>
        </p>
      )}
      {(why !== null || nextRun === null) && (
        <Notice kind="warn" title={nextRun === null ? t.next.never : t.next.but}>
          {why !== null && <p>{t.next.why[why.code](whyFacts(why, formats))}</p>}
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

function whyFacts(why: NotByItself, formats: Formats): { since: string; failures: string } {
  if (why.code !== 'stopped') return { since: '', failures: '' };
  return { since: formats.dateTime(why.since), failures: formats.number(why.failures) };
}
