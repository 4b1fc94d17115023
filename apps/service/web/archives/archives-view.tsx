import { useEffect, useState } from 'preact/hooks';
import type { Archive } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { useRun } from '../api/use-run.ts';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { RunPanel } from '../start/run-panel.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { ArchiveTable } from './archive-table.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { PinDialog } from './pin-dialog.tsx';

type Asked = { what: 'delete' | 'pin'; archive: Archive };

/** BT-05, TN-06: the archives, and what can be done with each. */
export function ArchivesView() {
  const { t } = useTexts();
  const archives = useLoaded<Archive[]>('api/archives');
  const { ends } = useRun();
  const action = useAction();
  const [asked, setAsked] = useState<Asked>();
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (ends > 0) void archives.reload();
  }, [ends, archives.reload]);
  const done = (text: string) => {
    setAsked(undefined);
    setSaid(text);
    // The button that asked may be gone with its archive.
    document.querySelector('h1')?.focus();
    void archives.reload();
  };
  const act = (work: () => Promise<string | undefined>) =>
    void action.run(async () => {
      setSaid(undefined);
      const text = await work();
      if (text !== undefined) done(text);
    });
  return (
    <>
      <RunPanel />
      {said !== undefined && <Notice kind="good" live title={said} />}
      <FailureNotice failure={action.failure} />
      <WhenLoaded loaded={archives}>
        {(known) =>
          known.length === 0 ? (
            <p>{t.archives.none}</p>
          ) : (
            <ArchiveTable
              archives={known}
              act={act}
              askDelete={(archive) => setAsked({ what: 'delete', archive })}
              askPin={(archive) => setAsked({ what: 'pin', archive })}
            />
          )
        }
      </WhenLoaded>
      {asked?.what === 'delete' && (
        <DeleteDialog archive={asked.archive} done={done} close={() => setAsked(undefined)} />
      )}
      {asked?.what === 'pin' && (
        <PinDialog archive={asked.archive} done={done} close={() => setAsked(undefined)} />
      )}
    </>
  );
}
