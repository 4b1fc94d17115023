import { useEffect } from 'preact/hooks';
import type { History } from '../api/answers.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { useRun } from '../api/use-run.ts';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { HistoryChart } from './history-chart.tsx';
import { HistoryTable } from './history-table.tsx';

/** FD-14: every backup, as a picture and in figures. */
export function HistoryView() {
  const { t } = useTexts();
  const history = useLoaded<History>('api/history');
  const { ends } = useRun();
  useEffect(() => {
    if (ends > 0) void history.reload();
  }, [ends, history.reload]);
  return (
    <WhenLoaded loaded={history}>
      {({ backups, path }) => (
        <>
          {backups.length === 0 ? (
            <p>{t.history.none}</p>
          ) : (
            <>
              {/* One point is no course of things. */}
              {backups.length > 1 && <HistoryChart backups={backups} />}
              <HistoryTable backups={backups} />
            </>
          )}
          <p class="path">
            {t.history.path}: {path}
          </p>
        </>
      )}
    </WhenLoaded>
  );
}
