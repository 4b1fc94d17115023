import { useCallback, useEffect, useState } from 'preact/hooks';
import type { JournalPage } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { useRun } from '../api/use-run.ts';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { useTexts } from '../texts/use-texts.ts';

const PAGE = 100;

/** What happened, line by line as the journal has it, the newest first; older pages come when they are asked for. */
export function JournalView() {
  const { t } = useTexts();
  const { api } = useApi();
  const { ends } = useRun();
  const action = useAction();
  const [pages, setPages] = useState<readonly JournalPage[]>();
  const load = useCallback(
    (known: readonly JournalPage[], before?: string) =>
      void action.run(async () => {
        const place = before === undefined ? '' : `&before=${encodeURIComponent(before)}`;
        const page = await api.get<JournalPage>(`api/journal?limit=${PAGE}${place}`);
        setPages([...known, page]);
      }),
    [api, action.run],
  );
  // What is new after a run begins a new first page: places in the journal move on with it.
  useEffect(() => load([]), [api, ends]);
  const lines = pages?.flatMap((page) => page.lines.toReversed()) ?? [];
  const before = pages?.at(-1)?.before;
  return (
    <>
      <p>{t.journal.language}</p>
      <button type="button" class="small outline" onClick={() => load([])}>
        {t.journal.reload}
      </button>
      <FailureNotice failure={action.failure} />
      {pages === undefined && action.failure === undefined && <p aria-busy="true">{t.page.loading}</p>}
      {pages !== undefined && lines.length === 0 && before === null && <p>{t.journal.none}</p>}
      {lines.length > 0 && (
        <ol class="journal" lang="en" aria-label={t.journal.lines}>
          {lines.map((line, index) => (
            // Lines keep their place while older ones are added.
            <li key={`${index} ${line}`}>{line}</li>
          ))}
        </ol>
      )}
      {lines.length > 0 && before === null && <p>{t.journal.oldest}</p>}
      {before != null && (
        <button
          type="button"
          class="outline"
          aria-busy={action.busy}
          onClick={() => load(pages ?? [], before)}
        >
          {t.journal.older}
        </button>
      )}
    </>
  );
}
