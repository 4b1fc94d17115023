import type { Outcome, Status } from '../api/answers.ts';
import { isFailure } from '../api/is-failure.ts';
import { useApi } from '../api/use-api.ts';
import { useRun } from '../api/use-run.ts';
import { Notice } from '../parts/notice.tsx';
import type { Texts } from '../texts/en.ts';
import { useTexts } from '../texts/use-texts.ts';
import { kindOf } from './kind-of.ts';
import { OutcomeText } from './outcome-text.tsx';

/** BS-09: when the last backup was made, how it ended, and what there is to go back to. */
export function LastBackup({ status }: { status: Status }) {
  const { t, formats } = useTexts();
  const { api } = useApi();
  const { lastRun } = status;
  const { outcome } = useRun();
  // Below Backup Now stands the same, in full.
  const isShown = outcome !== undefined && !isFailure(outcome) && outcome.startedAt === lastRun?.startedAt;
  const time = (iso: string) => {
    const now = api.now();
    return now === undefined
      ? formats.dateTime(iso)
      : t.last.at(formats.dateTime(iso), formats.ago(iso, now));
  };
  return (
    <section aria-label={t.last.title}>
      {lastRun === null ? (
        <Notice kind="warn" title={t.last.none} />
      ) : (
        <Notice kind={kindOf(lastRun.state)} title={titleOf(lastRun, t)}>
          <p>
            <time dateTime={lastRun.startedAt}>{time(lastRun.startedAt)}</time>
            {lastRun.durationMs > 0 && <>, {t.last.took(formats.duration(lastRun.durationMs))}</>}
          </p>
          {lastRun.state !== 'done' && !isShown && <OutcomeText outcome={lastRun} />}
          <LastGood status={status} time={time} />
        </Notice>
      )}
    </section>
  );
}

function LastGood({ status, time }: { status: Status; time: (iso: string) => string }) {
  const { t, formats } = useTexts();
  const { lastGood, placeProblem } = status;
  if (lastGood !== null) {
    return (
      <p>
        {t.last.good}: <time dateTime={lastGood.takenAt}>{time(lastGood.takenAt)}</time>,{' '}
        {formats.bytes(lastGood.bytes)}
      </p>
    );
  }
  // Where nobody can look there may well be some.
  if (placeProblem !== null) return null;
  return (
    <p>
      <strong>{t.last.noGood}</strong>
    </p>
  );
}

function titleOf({ code, state }: Outcome, t: Texts): string {
  return code === 'copy-missing' ? t.last.copyMissing : t.last.state[state];
}
