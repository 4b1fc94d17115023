import type { Drill } from '../api/answers.ts';
import { Notice } from '../parts/notice.tsx';
import { SaidText } from '../parts/said-text.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { CanaryTable } from './canary-table.tsx';
import { PartTable } from './part-table.tsx';

const KINDS = { green: 'good', red: 'bad', stopped: 'info' } as const;

/** One drill's report, whole. */
export function LastDrill({ drill }: { drill: Drill }) {
  const { t, formats } = useTexts();
  const { drills: texts } = t;
  const { result, startedAt, durationMs, archive, restoreMs, message, hint, code } = drill;
  return (
    <section aria-label={texts.last[result]}>
      <Notice kind={KINDS[result]} title={texts.last[result]}>
        <p>
          <time dateTime={startedAt}>{formats.dateTime(startedAt)}</time>,{' '}
          {texts.took(formats.duration(durationMs))}
        </p>
        {archive !== null && (
          <p class="path">
            {texts.archive}: {archive.name}
          </p>
        )}
        {restoreMs !== null && <p>{texts.restore(formats.duration(restoreMs))}</p>}
        {result === 'red' && (
          <SaidText operation="drill" code={code ?? 'drill-failed'} message={message} hint={hint} />
        )}
      </Notice>
      {drill.parts.length > 0 && <PartTable parts={drill.parts} />}
      {drill.canaries.length > 0 && <CanaryTable canaries={drill.canaries} />}
      <Lines title={texts.notProven} lines={drill.notProven} />
      <Lines title={texts.leftovers} lines={drill.leftovers} />
    </section>
  );
}

function Lines({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <ul lang="en">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  );
}
