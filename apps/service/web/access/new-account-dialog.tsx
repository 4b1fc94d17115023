import { useState } from 'preact/hooks';
import type { NewAccount, Role } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { Dialog } from '../parts/dialog.tsx';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { RoleField } from './role-field.tsx';

export function NewAccountDialog(props: { done: (account: NewAccount) => void; close: () => void }) {
  const { t } = useTexts();
  const { api } = useApi();
  const action = useAction();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const isWrong = action.failure?.code === 'usage';
  const make = () =>
    void action.run(async () =>
      props.done(await api.send<NewAccount>('POST', 'api/accounts', { name: name.trim(), role })),
    );
  return (
    <Dialog
      title={t.access.newAccount}
      submit={t.access.create}
      busy={action.busy}
      onSubmit={make}
      onClose={props.close}
    >
      <TextField
        label={t.access.account}
        value={name}
        error={isWrong ? t.access.accountWrong : undefined}
        change={setName}
        required
      />
      <RoleField role={role} change={setRole} />
      <FailureNotice failure={isWrong ? undefined : action.failure} />
    </Dialog>
  );
}
