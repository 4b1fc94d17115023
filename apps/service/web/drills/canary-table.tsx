import type { Drill } from '../api/answers.ts';
import { useTexts } from '../texts/use-texts.ts';

const MARKS = { passed: ['good', '✓'], failed: ['bad', '✕'], 'not asked': ['bad', '✕'] } as const;

/** What the restored databases answered. */
export function CanaryTable({ canaries }: { canaries: Drill['canaries'] }) {
  const { t } = useTexts();
  const { drills: texts } = t;
  return (
    <>
      <h2>{texts.canaries}</h2>
      <table class="stacked" aria-label={texts.canaries}>
        <thead>
          <tr>
            <th scope="col">{texts.canary}</th>
            <th scope="col">{texts.result}</th>
            <th scope="col">{texts.wanted}</th>
            <th scope="col">{texts.answer}</th>
          </tr>
        </thead>
        <tbody>
          {canaries.map(({ name, of, result, wanted, answer, detail }) => (
            <tr key={name}>
              <th scope="row" data-label={texts.canary}>
                {name} <small class="path">{of}</small>
              </th>
              <td class="state" data-label={texts.result}>
                <mark class={MARKS[result][0]}>
                  {MARKS[result][1]} {texts.answers[result]}
                </mark>
              </td>
              <td data-label={texts.wanted}>{wanted}</td>
              <td data-label={texts.answer}>
                {answer ?? '–'} {detail !== undefined && <small lang="en">{detail}</small>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
