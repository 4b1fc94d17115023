import { useEffect } from 'preact/hooks';
import type { Drills } from '../api/answers.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { useRun } from '../api/use-run.ts';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { DrillNow } from './drill-now.tsx';
import { DrillTable } from './drill-table.tsx';
import { LastDrill } from './last-drill.tsx';

/** LB-03: what the last restore drill has proven and what not, those before it, and a drill on request. */
export function DrillsView() {
  const { t, formats } = useTexts();
  const known = useLoaded<Drills>('api/drills');
  const { ends } = useRun();
  useEffect(() => {
    if (ends > 0) void known.reload();
  }, [ends, known.reload]);
  return (
    <>
      <p>{t.drills.intro}</p>
      <DrillNow />
      <WhenLoaded loaded={known}>
        {({ drills, next }) => (
          <>
            <p>{next === null ? t.drills.never : t.drills.next(formats.dateTime(next))}</p>
            {drills[0] === undefined ? <p>{t.drills.none}</p> : <LastDrill drill={drills[0]} />}
            {drills.length > 1 && <DrillTable drills={drills} />}
          </>
        )}
      </WhenLoaded>
    </>
  );
}
