import type { Outcome } from '../api/answers.ts';
import { SaidText } from '../parts/said-text.tsx';
import { readReason } from '../texts/read-reason.ts';
import { sayIn } from '../texts/said.ts';
import { useTexts } from '../texts/use-texts.ts';

/** What a run says of how it ended: the sentence, what is missing, and why a copy could not be made. */
export function OutcomeText({ outcome }: { outcome: Outcome }) {
  const { t, formats } = useTexts();
  const { facts } = outcome;
  const cause = { code: String(facts?.['why'] ?? '') };
  const why = sayIn(t.said, cause, { key: 'second_path' }, formats);
  const reasons = String(facts?.['reasons'] ?? '')
    .split('\n')
    .filter(Boolean);
  return (
    <SaidText {...outcome}>
      {why !== undefined && <p>{why.text}</p>}
      {reasons.length > 0 && (
        <ul>
          {reasons.map((line) => {
            const reason = readReason(line);
            return <li key={line}>{reason === undefined ? line : t.archives.reason(reason)}</li>;
          })}
        </ul>
      )}
    </SaidText>
  );
}
