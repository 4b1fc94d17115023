import { useState } from 'preact/hooks';
import type { Status } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import { useTexts } from '../texts/use-texts.ts';

/** Settings that a restore brought back: until a person confirms them, no archive is removed. */
export function ConfirmSettings({ status, confirmed }: { status: Status; confirmed: () => Promise<void> }) {
  const { t, formats } = useTexts();
  const { api, may } = useApi();
  const action = useAction();
  const [said, setSaid] = useState(false);
  const { unconfirmedSettings: restored } = status;
  if (said) return <Notice kind="good" live title={t.last.confirm.done} />;
  if (restored === null) return null;
  const confirm = () =>
    void action.run(async () => {
      await api.send('POST', 'api/settings/confirm', {});
      setSaid(true);
      await confirmed();
    });
  return (
    <Notice kind="warn" title={t.last.confirm.title}>
      <p class="path">{t.last.confirm.text(restored.archive, formats.dateTime(restored.restoredAt))}</p>
      <ul>
        {restored.changes.map((change) => (
          // Keys and values of sysbackup.conf, as they stand there.
          <li key={change} class="path" lang="en">
            {change}
          </li>
        ))}
      </ul>
      {may('administrator') && (
        <p>
          <button type="button" class="small" aria-busy={action.busy} onClick={confirm}>
            {t.last.confirm.button}
          </button>
        </p>
      )}
      <FailureNotice failure={action.failure} />
    </Notice>
  );
}
