import type { Account } from '../api/answers.ts';
import { useApi } from '../api/use-api.ts';
import { RemovalDialog } from '../parts/removal-dialog.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { accountPath } from './account-path.ts';

/** Asks before an account is deleted. */
export function DeleteAccountDialog(props: {
  account: Account;
  close: () => void;
  done: (text: string) => void;
}) {
  const texts = useTexts().t.access;
  const { api } = useApi();
  const { account } = props;
  const remove = async () => {
    await api.send('DELETE', accountPath(account), {});
    props.done(texts.gone(account.name));
  };
  return (
    <RemovalDialog
      title={texts.deleteTitle(account.name)}
      text={texts.deleteText}
      submit={texts.delete}
      remove={remove}
      close={props.close}
    />
  );
}
