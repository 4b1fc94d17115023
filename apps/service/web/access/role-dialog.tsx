import { useState } from 'preact/hooks';
import type { Account, Role } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { Dialog } from '../parts/dialog.tsx';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { accountPath } from './account-path.ts';
import { RoleField } from './role-field.tsx';

/** Gives somebody another role. */
export function RoleDialog(props: { account: Account; done: (role: Role) => void; close: () => void }) {
  const { t } = useTexts();
  const { api } = useApi();
  const action = useAction();
  const [role, setRole] = useState(props.account.role);
  const save = () =>
    void action.run(async () => {
      await api.send('PATCH', accountPath(props.account), { role });
      props.done(role);
    });
  return (
    <Dialog
      title={t.access.changeTitle(props.account.name)}
      submit={t.access.save}
      busy={action.busy}
      onSubmit={save}
      onClose={props.close}
    >
      <RoleField role={role} change={setRole} />
      <FailureNotice failure={action.failure} />
    </Dialog>
  );
}
