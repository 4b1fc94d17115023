import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { useRun } from '../api/use-run.ts';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { RunEnd } from './run-end.tsx';
import { RunProgress } from './run-progress.tsx';

/** The run that goes on, with Stop, and afterwards how it ended. */
export function RunPanel() {
  const { may } = useApi();
  const { live, outcome, stop } = useRun();
  const stopping = useAction();
  return (
    <>
      {live !== undefined && (
        <RunProgress run={live} stop={may('operator') ? () => void stopping.run(stop) : undefined} />
      )}
      <FailureNotice failure={stopping.failure} />
      {live === undefined && outcome !== undefined && <RunEnd outcome={outcome} />}
    </>
  );
}
