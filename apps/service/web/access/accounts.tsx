import { useState } from 'preact/hooks';
import type { Account, NewAccount, Role } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { Dialog } from '../parts/dialog.tsx';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import { TextField } from '../parts/text-field.tsx';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { RoleField } from './role-field.tsx';
import { SecretDialog } from './secret-dialog.tsx';

/** The people who sign in here. A new one chooses his password himself, by a one-time code. */
export function Accounts() {
  const { t } = useTexts();
  const { api } = useApi();
  const accounts = useLoaded<Account[]>('api/accounts');
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<NewAccount>();
  const [leaving, setLeaving] = useState<Account>();
  const [said, setSaid] = useState<string>();
  const action = useAction();
  const remove = ({ name }: Account) =>
    void action.run(async () => {
      await api.send('DELETE', `api/accounts/${encodeURIComponent(name)}`, {});
      setLeaving(undefined);
      setSaid(t.access.gone(name));
      await accounts.reload();
    });
  return (
    <section>
      <h2>{t.access.accounts}</h2>
      {said !== undefined && <Notice kind="good" live title={said} />}
      <WhenLoaded loaded={accounts}>
        {(known) => <AccountTable accounts={known} remove={setLeaving} />}
      </WhenLoaded>
      <button type="button" class="small" onClick={() => setMaking(true)}>
        {t.access.newAccount}
      </button>
      {making && (
        <NewAccountDialog
          close={() => setMaking(false)}
          done={(account) => {
            setMaking(false);
            setMade(account);
            void accounts.reload();
          }}
        />
      )}
      {made !== undefined && (
        <SecretDialog
          title={t.access.codeTitle(made.name)}
          text={t.access.codeText}
          secret={made.code}
          close={() => setMade(undefined)}
        />
      )}
      {leaving !== undefined && (
        <Dialog
          title={t.access.deleteTitle(leaving.name)}
          submit={t.access.delete}
          danger
          busy={action.busy}
          onSubmit={() => remove(leaving)}
          onClose={() => setLeaving(undefined)}
        >
          <p>{t.access.deleteText}</p>
          <FailureNotice failure={action.failure} />
        </Dialog>
      )}
    </section>
  );
}

function AccountTable(props: { accounts: readonly Account[]; remove: (account: Account) => void }) {
  const { t } = useTexts();
  const { me } = useApi();
  return (
    <table class="stacked">
      <thead>
        <tr>
          <th scope="col">{t.access.account}</th>
          <th scope="col">{t.access.role}</th>
          <th scope="col">{t.access.actions}</th>
        </tr>
      </thead>
      <tbody>
        {props.accounts.map((account) => (
          <tr key={account.name}>
            <th scope="row" data-label={t.access.account}>
              {account.name}
              {account.name === me.name && <> ({t.access.you})</>}
              {!account.hasPassword && <small>{t.access.noPassword}</small>}
            </th>
            <td data-label={t.access.role}>{t.role[account.role]}</td>
            <td data-label={t.access.actions}>
              {account.name !== me.name && (
                <button
                  type="button"
                  class="small outline danger"
                  aria-label={t.access.deleteFor(account.name)}
                  onClick={() => props.remove(account)}
                >
                  {t.access.delete}
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NewAccountDialog(props: { done: (account: NewAccount) => void; close: () => void }) {
  const { t } = useTexts();
  const { api } = useApi();
  const action = useAction();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
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
        error={action.failure?.fields['name']}
        change={setName}
        required
      />
      <RoleField role={role} change={setRole} />
      <FailureNotice failure={action.failure} />
    </Dialog>
  );
}
