import { useEffect, useState } from 'preact/hooks';
import { useLoaded } from '../api/use-loaded.ts';
import { useRun } from '../api/use-run.ts';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { useTexts } from '../texts/use-texts.ts';

const PAGE = 100;
/** What the service gives at most. */
const MOST = 1000;

/** What happened, line by line as the journal has it, the newest first. */
export function JournalView() {
  const { t } = useTexts();
  const { ends } = useRun();
  const [limit, setLimit] = useState(PAGE);
  const journal = useLoaded<{ lines: string[] }>(`api/journal?limit=${limit}`);
  useEffect(() => {
    if (ends > 0) void journal.reload();
  }, [ends, journal.reload]);
  return (
    <>
      <button type="button" class="small outline" onClick={() => void journal.reload()}>
        {t.journal.reload}
      </button>
      <WhenLoaded loaded={journal}>
        {({ lines }) =>
          lines.length === 0 ? (
            <p>{t.journal.none}</p>
          ) : (
            <>
              <ol class="journal" lang="en" aria-label={t.journal.lines}>
                {lines.toReversed().map((line, index) => (
                  // Lines from the end keep their place while older ones are added.
                  <li key={`${lines.length - index} ${line}`}>{line}</li>
                ))}
              </ol>
              {lines.length >= limit && limit < MOST && (
                <button
                  type="button"
                  class="outline"
                  onClick={() => setLimit(Math.min(MOST, limit + 3 * PAGE))}
                >
                  {t.journal.older}
                </button>
              )}
            </>
          )
        }
      </WhenLoaded>
    </>
  );
}
