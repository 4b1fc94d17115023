import type { Outcome } from '../api/answers.ts';
import { SaidText } from '../parts/said-text.tsx';
import { readReason } from '../texts/read-reason.ts';
import { useTexts } from '../texts/use-texts.ts';

/** What a run says of how it ended: the sentence, what is missing, and why a copy could not be made. */
export function OutcomeText({ outcome }: { outcome: Outcome }) {
  const { t } = useTexts();
  const { facts } = outcome;
  const why = facts?.['why'];
  const reasons = String(facts?.['reasons'] ?? '')
    .split('\n')
    .filter(Boolean);
  // Whatever has no words of its own in this language is told whole by the service's.
  const isSaid = t.said[`${outcome.operation} ${outcome.code}`] !== undefined;
  return (
    <>
      <SaidText {...outcome} />
      {isSaid && reasons.length > 0 && (
        <ul>
          {reasons.map((line) => {
            const reason = readReason(line);
            return <li key={line}>{reason === undefined ? line : t.archives.reason(reason)}</li>;
          })}
        </ul>
      )}
      {typeof why === 'string' && t.said[why] !== undefined && t.said[outcome.code] !== undefined && (
        <SaidCause code={why} />
      )}
    </>
  );
}

function SaidCause({ code }: { code: string }) {
  const { t, formats } = useTexts();
  const said = t.said[code]?.({ key: 'second_path' }, formats);
  return said === undefined ? null : <p>{said.text}</p>;
}
