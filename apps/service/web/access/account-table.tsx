import type { Account } from '../api/answers.ts';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';

export interface AccountTableProps {
  accounts: readonly Account[];
  remove: (account: Account) => void;
  changeRole: (account: Account) => void;
  /** Makes a one-time code for a new password. */
  reset: (account: Account) => void;
}

export function AccountTable({ accounts, ...actions }: AccountTableProps) {
  const { t } = useTexts();
  const { me } = useApi();
  // At the service's own address those of its tenants are listed, too.
  const hasTenants = me.tenant === null && accounts.some(({ tenant }) => tenant !== null);
  return (
    <table class="stacked">
      <thead>
        <tr>
          <th scope="col">{t.access.account}</th>
          {hasTenants && <th scope="col">{t.access.tenant}</th>}
          <th scope="col">{t.access.role}</th>
          <th scope="col">{t.access.actions}</th>
        </tr>
      </thead>
      <tbody>
        {accounts.map((account) => (
          <tr key={`${account.tenant} ${account.name}`}>
            <th scope="row" data-label={t.access.account}>
              {account.name}
              {isOwn(account) && <> ({t.access.you})</>}
              {!account.hasPassword && <small>{t.access.noPassword}</small>}
            </th>
            {hasTenants && (
              <td data-label={t.access.tenant} class="path">
                {account.tenant ?? '–'}
              </td>
            )}
            <td data-label={t.access.role}>{t.role[account.role]}</td>
            <td data-label={t.access.actions}>
              {!isOwn(account) && <AccountActions account={account} {...actions} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );

  /** Nobody locks himself out; another tenant may have somebody of the same name. */
  function isOwn({ name, tenant }: Account): boolean {
    return name === me.name && (tenant !== null) === me.bound;
  }
}

function AccountActions({
  account,
  remove,
  changeRole,
  reset,
}: { account: Account } & Omit<AccountTableProps, 'accounts'>) {
  const { t } = useTexts();
  const { name } = account;
  const buttons = [
    { text: t.access.change, label: t.access.changeFor(name), act: changeRole, kind: '' },
    { text: t.access.reset, label: t.access.resetFor(name), act: reset, kind: '' },
    { text: t.access.delete, label: t.access.deleteFor(name), act: remove, kind: 'danger' },
  ];
  return (
    <div class="actions">
      {buttons.map(({ text, label, act, kind }) => (
        <button
          key={text}
          type="button"
          class={`small outline ${kind}`}
          aria-label={label}
          onClick={() => act(account)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
