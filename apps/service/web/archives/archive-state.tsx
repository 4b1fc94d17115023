import type { Archive } from '../api/answers.ts';
import { SaidText } from '../parts/said-text.tsx';
import { readReason } from '../texts/read-reason.ts';
import { useTexts } from '../texts/use-texts.ts';

/** Whether an archive is good, and all that should be known of it. */
export function ArchiveState({ archive }: { archive: Archive }) {
  const { t, formats } = useTexts();
  const { archives: texts } = t;
  const word = archive.state.split(', ')[0];
  const [first, copy] = archive.places;
  const isRenamed = archive.state.includes(', renamed');
  return (
    <div class="state">
      {word === 'good' && <mark class="good">✓ {texts.good}</mark>}
      {word === 'incomplete' && <mark class="warn">! {texts.incomplete}</mark>}
      {word === 'unreadable' && <mark class="bad">✕ {texts.unreadable}</mark>}
      {word === 'of another system' && <mark class="info">{texts.foreign}</mark>}
      {archive.lastGood && <mark class="info">{texts.lastGood}</mark>}
      {archive.pinned && <mark class="info">{texts.pinned}</mark>}
      {isRenamed && <mark class="info">{texts.renamed}</mark>}
      <small>
        {archive.verifiedAt === undefined
          ? texts.notVerified
          : texts.verified(formats.dateTime(archive.verifiedAt))}
      </small>
      {archive.note !== undefined && <small>{archive.note}</small>}
      {(archive.reasons ?? []).map((line) => {
        const reason = readReason(line);
        return <small key={line}>{reason === undefined ? line : texts.reason(reason)}</small>;
      })}
      {archive.unreadable !== undefined && (
        <SaidText code={archive.unreadableCode ?? 'read-failed'} message={archive.unreadable} />
      )}
      {copy !== undefined && <small class="path">{texts.alsoIn(copy)}</small>}
      {!archive.here && first !== undefined && <small class="path">{texts.onlyIn(first)}</small>}
    </div>
  );
}
