import { useState } from 'preact/hooks';
import type { Me } from '../api/answers.ts';
import type { ApiFailure } from '../api/api-failure.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { Dialog } from '../parts/dialog.tsx';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import { PasswordField } from '../parts/password-field.tsx';
import { useTexts } from '../texts/use-texts.ts';

/** Another password for whoever is signed in; the one of now is asked for, since an open page alone is no proof. */
export function PasswordDialog({ close }: { close: () => void }) {
  const { t } = useTexts();
  const { api, changed } = useApi();
  const action = useAction();
  const [old, setOld] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [differ, setDiffer] = useState(false);
  const [done, setDone] = useState(false);
  const submit = () => {
    setDiffer(password !== again);
    if (password !== again) return;
    void action.run(async () => {
      changed(await api.send<Me>('POST', 'api/me/password', { old, password }));
      setDone(true);
    });
  };
  if (done) {
    return (
      <Dialog title={t.me.title} submit={t.page.close} onClose={close}>
        <Notice kind="good" live title={t.me.done} />
      </Dialog>
    );
  }
  return (
    <Dialog title={t.me.title} submit={t.me.submit} busy={action.busy} onSubmit={submit} onClose={close}>
      <PasswordField
        label={t.me.old}
        value={old}
        change={setOld}
        error={action.failure?.code === 'not-allowed' ? t.me.wrong : undefined}
      />
      <PasswordField
        isNew
        label={t.me.password}
        help={t.signIn.passwordHelp}
        value={password}
        change={setPassword}
        error={action.failure?.code === 'usage' ? t.me.short : undefined}
      />
      <PasswordField
        isNew
        label={t.me.again}
        value={again}
        change={setAgain}
        error={differ ? t.me.differ : undefined}
      />
      <FailureNotice failure={isBesideField(action.failure) ? undefined : action.failure} />
    </Dialog>
  );
}

function isBesideField(failure: ApiFailure | undefined): boolean {
  return failure?.code === 'not-allowed' || failure?.code === 'usage';
}
