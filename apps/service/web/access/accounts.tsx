import { useState } from 'preact/hooks';
import type { Account, NewAccount } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { Dialog } from '../parts/dialog.tsx';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { useHasTenants } from '../tenants/use-has-tenants.ts';
import { useTexts } from '../texts/use-texts.ts';
import { accountPath } from './account-path.ts';
import { AccountTable } from './account-table.tsx';
import { NewAccountDialog } from './new-account-dialog.tsx';
import { RoleDialog } from './role-dialog.tsx';
import { SecretDialog } from './secret-dialog.tsx';

type Asked = { what: 'make' } | { what: 'role' | 'delete'; account: Account };

/** The people who sign in here. A new one chooses his password himself, by a one-time code. */
export function Accounts() {
  const { t } = useTexts();
  const { api } = useApi();
  const accounts = useLoaded<Account[]>('api/accounts');
  const hasTenants = useHasTenants();
  const [asked, setAsked] = useState<Asked>();
  const [coded, setCoded] = useState<Pick<NewAccount, 'name' | 'code'>>();
  const [said, setSaid] = useState<string>();
  const action = useAction();
  const close = () => setAsked(undefined);
  const done = (text: string | undefined) => {
    close();
    setSaid(text);
    void accounts.reload();
  };
  const reset = (account: Account) =>
    void action.run(async () => {
      const path = accountPath(account);
      const { code } = await api.send<{ code: string }>('PATCH', path, { reset: true });
      setCoded({ name: account.name, code });
    });
  return (
    <section>
      <h2>{t.access.accounts}</h2>
      {hasTenants && <p>{t.access.ofTenants}</p>}
      {said !== undefined && <Notice kind="good" live title={said} />}
      <FailureNotice failure={action.failure} />
      <WhenLoaded loaded={accounts}>
        {(known) => (
          <AccountTable
            accounts={known}
            reset={reset}
            changeRole={(account) => setAsked({ what: 'role', account })}
            remove={(account) => setAsked({ what: 'delete', account })}
          />
        )}
      </WhenLoaded>
      <button type="button" class="small" onClick={() => setAsked({ what: 'make' })}>
        {t.access.newAccount}
      </button>
      {asked?.what === 'make' && (
        <NewAccountDialog
          close={close}
          done={(account) => {
            done(undefined);
            setCoded(account);
          }}
        />
      )}
      {asked?.what === 'role' && (
        <RoleDialog
          account={asked.account}
          close={close}
          done={(role) => done(t.access.changed(asked.account.name, t.role[role]))}
        />
      )}
      {asked?.what === 'delete' && <DeleteAccountDialog account={asked.account} close={close} done={done} />}
      {coded !== undefined && (
        <SecretDialog
          title={t.access.codeTitle(coded.name)}
          text={t.access.codeText}
          secret={coded.code}
          close={() => setCoded(undefined)}
        />
      )}
    </section>
  );
}

function DeleteAccountDialog(props: { account: Account; close: () => void; done: (text: string) => void }) {
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
