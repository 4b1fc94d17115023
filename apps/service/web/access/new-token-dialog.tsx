import { useState } from 'preact/hooks';
import type { NewToken, Role } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { Dialog } from '../parts/dialog.tsx';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { RoleField } from './role-field.tsx';

/** Makes a token; its secret is shown by whoever gets it in `done`, once. */
export function NewTokenDialog(props: { done: (token: NewToken) => void; close: () => void }) {
  const { t } = useTexts();
  const { api } = useApi();
  const action = useAction();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const [days, setDays] = useState('90');
  const make = () =>
    void action.run(async () => {
      const request = { name: name.trim(), role, days: Number(days) };
      props.done(await api.send<NewToken>('POST', 'api/tokens', request));
    });
  return (
    <Dialog
      title={t.access.newToken}
      submit={t.access.create}
      busy={action.busy}
      onSubmit={make}
      onClose={props.close}
    >
      <TextField label={t.access.token} help={t.access.tokenHelp} value={name} change={setName} required />
      <RoleField role={role} change={setRole} />
      <TextField numeric label={t.access.days} help={t.access.daysHelp} value={days} change={setDays} />
      <FailureNotice failure={action.failure} usage={t.access.tokenWrong} />
    </Dialog>
  );
}
