import type { Account } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { Dialog } from '../parts/dialog.tsx';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { accountPath } from './account-path.ts';

/** Asks before an account is deleted. */
export function DeleteAccountDialog(props: {
  account: Account;
  close: () => void;
  done: (text: string) => void;
}) {
  const { t } = useTexts();
  const { api } = useApi();
  const action = useAction();
  const { name } = props.account;
  const remove = () =>
    void action.run(async () => {
      await api.send('DELETE', accountPath(props.account), {});
      props.done(t.access.gone(name));
    });
  return (
    <Dialog
      title={t.access.deleteTitle(name)}
      submit={t.access.delete}
      danger
      busy={action.busy}
      onSubmit={remove}
      onClose={props.close}
    >
      <p>{t.access.deleteText}</p>
      <FailureNotice failure={action.failure} />
    </Dialog>
  );
}
