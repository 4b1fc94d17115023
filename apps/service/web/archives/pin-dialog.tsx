import { useState } from 'preact/hooks';
import type { Archive } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { Dialog } from '../parts/dialog.tsx';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { archivePath } from './archive-path.ts';

/** Keeps an archive until it is released, with a note why (BT-09). */
export function PinDialog(props: { archive: Archive; done: (text: string) => void; close: () => void }) {
  const { t } = useTexts();
  const { api } = useApi();
  const action = useAction();
  const [note, setNote] = useState('');
  const { file } = props.archive;
  const pin = () =>
    void action.run(async () => {
      await api.send('POST', archivePath(file, 'pin'), note.trim() === '' ? {} : { note: note.trim() });
      props.done(t.archives.pinnedNow(file));
    });
  return (
    <Dialog
      title={t.archives.pinTitle}
      submit={t.archives.pin}
      busy={action.busy}
      onSubmit={pin}
      onClose={props.close}
    >
      <p>{t.archives.pinText}</p>
      <TextField label={t.now.note} help={t.now.noteHelp} value={note} change={setNote} />
      <FailureNotice failure={action.failure} />
    </Dialog>
  );
}
