import type { Drill } from '../api/answers.ts';
import { useTexts } from '../texts/use-texts.ts';

const MARKS = { proven: ['good', '✓'], failed: ['bad', '✕'], 'not proven': ['info', 'i'] } as const;

/** What was proven of each component, and what not. */
export function PartTable({ parts }: { parts: Drill['parts'] }) {
  const { t, formats } = useTexts();
  const { drills: texts } = t;
  return (
    <>
      <h2>{texts.parts}</h2>
      <table class="stacked" aria-label={texts.parts}>
        <thead>
          <tr>
            <th scope="col">{texts.part}</th>
            <th scope="col">{texts.result}</th>
            <th scope="col">{texts.detail}</th>
            <th scope="col">{texts.duration}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ id, result, detail, stageMs }) => (
            <tr key={id}>
              <th scope="row" data-label={texts.part} class="path">
                {id}
              </th>
              <td class="state" data-label={texts.result}>
                <mark class={MARKS[result][0]}>
                  {MARKS[result][1]} {texts.results[result]}
                </mark>
              </td>
              <td data-label={texts.detail} lang="en">
                {detail}
              </td>
              <td data-label={texts.duration}>{stageMs === 0 ? '–' : formats.duration(stageMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
