import { useState } from 'preact/hooks';
import type { Archive } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { CheckField } from '../parts/check-field.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { archivePath } from './archive-path.ts';

/** Asks before an archive is deleted; the last good one needs an agreement of its own. */
export function DeleteDialog(props: { archive: Archive; done: (text: string) => void; close: () => void }) {
  const { t, formats } = useTexts();
  const { api } = useApi();
  const action = useAction();
  const [agreed, setAgreed] = useState(false);
  const { file, startedAt, lastGood, places } = props.archive;
  const [, copy] = places;
  // It may have become the last good one since the list was loaded: the service knows.
  const isLastGood = lastGood || action.failure?.code === 'archive-last-good';
  const remove = () =>
    void action.run(async () => {
      await api.send('DELETE', archivePath(file), agreed ? { lastGood: true } : {});
      props.done(t.archives.deletedNow(file));
    });
  return (
    <Dialog
      title={t.archives.deleteTitle}
      submit={t.archives.delete}
      danger
      busy={action.busy}
      disabled={isLastGood && !agreed}
      onSubmit={remove}
      onClose={props.close}
    >
      <p class="path">
        {t.archives.deleteText(file, startedAt === undefined ? '–' : formats.dateTime(startedAt))}
      </p>
      {copy !== undefined && <p class="path">{t.archives.deleteCopy(copy)}</p>}
      {isLastGood && (
        <>
          <Notice kind="bad" title={t.archives.deleteLastGood} />
          <CheckField label={t.archives.deleteLastGoodAgree} checked={agreed} change={setAgreed} />
        </>
      )}
      <FailureNotice failure={action.failure} />
    </Dialog>
  );
}
