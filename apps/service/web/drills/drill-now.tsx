import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { useRun } from '../api/use-run.ts';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { RunPanel } from '../start/run-panel.tsx';
import { useTexts } from '../texts/use-texts.ts';

/** Starts a drill, and shows the run that goes on. */
export function DrillNow() {
  const { t } = useTexts();
  const { may } = useApi();
  const { live, start } = useRun();
  const starting = useAction();
  return (
    <section aria-label={t.drills.running}>
      {live === undefined && may('operator') && (
        <button
          type="button"
          aria-busy={starting.busy}
          onClick={() => void starting.run(() => start('api/drill', {}))}
        >
          {starting.busy ? t.drills.starting : t.drills.button}
        </button>
      )}
      <FailureNotice failure={starting.failure} title={t.drills.refused} />
      <RunPanel />
    </section>
  );
}
