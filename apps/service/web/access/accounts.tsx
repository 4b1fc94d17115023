import { useState } from 'preact/hooks';
import type { Account } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { useHasTenants } from '../tenants/use-has-tenants.ts';
import { useTexts } from '../texts/use-texts.ts';
import { AccountDialog, type Asked, type Coded } from './account-dialog.tsx';
import { accountPath } from './account-path.ts';
import { AccountTable } from './account-table.tsx';
import { SecretDialog } from './secret-dialog.tsx';

/** The people who sign in here. A new one chooses his password himself, by a one-time code. */
export function Accounts() {
  const { t } = useTexts();
  const { api } = useApi();
  const accounts = useLoaded<Account[]>('api/accounts');
  const hasTenants = useHasTenants();
  const [asked, setAsked] = useState<Asked>();
  const [coded, setCoded] = useState<Coded>();
  const [said, setSaid] = useState<string>();
  const action = useAction();
  const done = (text: string | undefined) => {
    setAsked(undefined);
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
      {asked !== undefined && (
        <AccountDialog asked={asked} close={() => setAsked(undefined)} done={done} coded={setCoded} />
      )}
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
