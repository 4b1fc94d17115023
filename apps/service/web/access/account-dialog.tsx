import type { Account, NewAccount } from '../api/answers.ts';
import { useTexts } from '../texts/use-texts.ts';
import { DeleteAccountDialog } from './delete-account-dialog.tsx';
import { NewAccountDialog } from './new-account-dialog.tsx';
import { RoleDialog } from './role-dialog.tsx';

/** What is to be done with the accounts. */
export type Asked = { what: 'make' } | { what: 'role' | 'delete'; account: Account };

/** Who chooses his password by which one-time code. */
export type Coded = Pick<NewAccount, 'name' | 'code'>;

/** Asks what it takes to do it. `done` says what was done; `coded` hands out the code of a new account. */
export function AccountDialog(props: {
  asked: Asked;
  close: () => void;
  done: (said: string | undefined) => void;
  coded: (coded: Coded) => void;
}) {
  const { t } = useTexts();
  const { asked, close, done, coded } = props;
  if (asked.what === 'make') {
    return (
      <NewAccountDialog
        close={close}
        done={(account) => {
          done(undefined);
          coded(account);
        }}
      />
    );
  }
  const { account } = asked;
  if (asked.what === 'delete') return <DeleteAccountDialog account={account} close={close} done={done} />;
  const changed = (role: Account['role']) => done(t.access.changed(account.name, t.role[role]));
  return <RoleDialog account={account} close={close} done={changed} />;
}
