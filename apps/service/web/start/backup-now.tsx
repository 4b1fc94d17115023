import { useState } from 'preact/hooks';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { useRun } from '../api/use-run.ts';
import { CheckField } from '../parts/check-field.tsx';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { RunPanel } from './run-panel.tsx';

/** BS-14, FD-03, FD-04: makes a backup now, shows it while it goes and after, and stops it. */
export function BackupNow() {
  const { t } = useTexts();
  const { may } = useApi();
  const { live, start } = useRun();
  const starting = useAction();
  const [force, setForce] = useState(false);
  const [forUpdate, setForUpdate] = useState(false);
  const [note, setNote] = useState('');
  const begin = () =>
    starting.run(() =>
      start('api/backup', {
        ...(force && { force }),
        ...(forUpdate && { pin: note.trim() === '' ? {} : { note: note.trim() } }),
      }),
    );
  return (
    <section aria-label={t.now.title} class="now">
      {live === undefined && may('operator') && (
        <>
          <button type="button" class="main-action" aria-busy={starting.busy} onClick={() => void begin()}>
            {starting.busy ? t.now.starting : t.now.button}
          </button>
          <FailureNotice failure={starting.failure} title={t.now.refused} />
        </>
      )}
      {live === undefined && may('operator') && (
        <details>
          <summary>{t.now.options}</summary>
          <CheckField label={t.now.force} checked={force} change={setForce} />
          <CheckField label={t.now.forUpdate} checked={forUpdate} change={setForUpdate} />
          {forUpdate && <TextField label={t.now.note} help={t.now.noteHelp} value={note} change={setNote} />}
        </details>
      )}
      <RunPanel />
    </section>
  );
}
