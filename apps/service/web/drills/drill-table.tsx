import type { Drill } from '../api/answers.ts';
import { useTexts } from '../texts/use-texts.ts';

const MARKS = { green: ['good', '✓'], red: ['bad', '✕'], stopped: ['info', 'i'] } as const;

/** Every drill whose report is kept, newest first. */
export function DrillTable({ drills }: { drills: readonly Drill[] }) {
  const { t, formats } = useTexts();
  const { drills: texts } = t;
  return (
    <>
      <h2>{texts.history}</h2>
      <table class="stacked" aria-label={texts.history}>
        <thead>
          <tr>
            <th scope="col">{texts.time}</th>
            <th scope="col">{texts.result}</th>
            <th scope="col">{texts.archive}</th>
            <th scope="col">{t.history.duration}</th>
          </tr>
        </thead>
        <tbody>
          {drills.map(({ run, startedAt, result, archive, durationMs }) => (
            <tr key={run}>
              <th scope="row" data-label={texts.time}>
                <time dateTime={startedAt}>{formats.dateTime(startedAt)}</time>
              </th>
              <td class="state" data-label={texts.result}>
                <mark class={MARKS[result][0]}>
                  {MARKS[result][1]} {texts.states[result]}
                </mark>
              </td>
              <td data-label={texts.archive} class="path">
                {archive?.name ?? '–'}
              </td>
              <td data-label={t.history.duration}>{formats.duration(durationMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
