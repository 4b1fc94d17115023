import type { LiveRun } from '../api/use-run.ts';
import { useTexts } from '../texts/use-texts.ts';

/** Totals below this are numbers of things, not bytes. */
const FEW = 1000;

/** FD-03: stage, percent, bytes and time left of the run that goes on; FD-04: Stop. */
export function RunProgress({ run, stop }: { run: LiveRun; stop: (() => void) | undefined }) {
  const { t, formats } = useTexts();
  const { progress, secondsLeft } = run;
  const share =
    progress?.total === undefined || progress.total === 0
      ? undefined
      : Math.min(1, progress.done / progress.total);
  const amount = (count: number) =>
    (progress?.total ?? count) < FEW ? formats.number(count) : formats.bytes(count);
  const stage = progress === undefined ? t.now.starting : (t.now.stage[progress.stage] ?? progress.stage);
  return (
    <article class="card live">
      <h2>
        <What what={run.what} />
      </h2>
      {/* Said when it changes; figures that change all the time are only shown. */}
      <p role="status" class="stage">
        {run.stopping ? t.now.stopping : stage}
      </p>
      <progress value={share} max={1} aria-label={t.now.progress} />
      <dl class="figures">
        <div>
          <dt>{t.now.percent}</dt>
          <dd>{share === undefined ? '–' : formats.percent(share)}</dd>
        </div>
        <div>
          <dt>{t.now.bytes}</dt>
          <dd>{progress === undefined ? '–' : amountOf(progress.done, progress.total)}</dd>
        </div>
        <div>
          <dt>{t.now.left}</dt>
          <dd>{secondsLeft === undefined ? '–' : formats.duration(secondsLeft * 1000)}</dd>
        </div>
      </dl>
      <p class="item path">{progress?.item ?? '\u00a0'}</p>
      {stop !== undefined && (
        <button type="button" class="danger" disabled={run.stopping} onClick={stop}>
          {t.now.stop}
        </button>
      )}
    </article>
  );

  function amountOf(done: number, total: number | undefined): string {
    return total === undefined || total === 0 ? amount(done) : t.now.of(amount(done), amount(total));
  }
}

/** What goes on, by what the service calls it. */
function What({ what }: { what: string }) {
  const { t } = useTexts();
  const [, verified] = /^the verification of (.+)$/s.exec(what) ?? [];
  if (what === 'a backup') return <>{t.now.running}</>;
  if (what === 'a restore drill') return <>{t.drills.running}</>;
  if (verified !== undefined) return <span class="path">{t.now.runningVerify(verified)}</span>;
  return (
    <>
      {t.now.runningOther}: <span lang="en">{what}</span>
    </>
  );
}
