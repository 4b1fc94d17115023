import { useState } from 'preact/hooks';
import type { NewToken, Role, Token } from '../api/answers.ts';
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

/** What other programs sign in with. */
export function Tokens() {
  const { t } = useTexts();
  const { api } = useApi();
  const tokens = useLoaded<Token[]>('api/tokens');
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<NewToken>();
  const [leaving, setLeaving] = useState<Token>();
  const [said, setSaid] = useState<string>();
  const action = useAction();
  const revoke = ({ id, name }: Token) =>
    void action.run(async () => {
      await api.send('DELETE', `api/tokens/${encodeURIComponent(id)}`, {});
      setLeaving(undefined);
      setSaid(t.access.gone(name));
      await tokens.reload();
    });
  return (
    <section>
      <h2>{t.access.tokens}</h2>
      <p>{t.access.tokensWhy}</p>
      {said !== undefined && <Notice kind="good" live title={said} />}
      <WhenLoaded loaded={tokens}>
        {(known) =>
          known.length === 0 ? <p>{t.access.noTokens}</p> : <TokenTable tokens={known} revoke={setLeaving} />
        }
      </WhenLoaded>
      <button type="button" class="small" onClick={() => setMaking(true)}>
        {t.access.newToken}
      </button>
      {making && (
        <NewTokenDialog
          close={() => setMaking(false)}
          done={(token) => {
            setMaking(false);
            setMade(token);
            void tokens.reload();
          }}
        />
      )}
      {made !== undefined && (
        <SecretDialog
          title={t.access.secretTitle}
          text={t.access.secretText}
          secret={made.secret}
          close={() => setMade(undefined)}
        />
      )}
      {leaving !== undefined && (
        <Dialog
          title={t.access.revokeTitle(leaving.name)}
          submit={t.access.revoke}
          danger
          busy={action.busy}
          onSubmit={() => revoke(leaving)}
          onClose={() => setLeaving(undefined)}
        >
          <p>{t.access.revokeText}</p>
          <FailureNotice failure={action.failure} />
        </Dialog>
      )}
    </section>
  );
}

function TokenTable(props: { tokens: readonly Token[]; revoke: (token: Token) => void }) {
  const { t, formats } = useTexts();
  return (
    <table class="stacked">
      <thead>
        <tr>
          <th scope="col">{t.access.token}</th>
          <th scope="col">{t.access.role}</th>
          <th scope="col">{t.access.expires}</th>
          <th scope="col">{t.access.lastUsed}</th>
          <th scope="col">{t.access.actions}</th>
        </tr>
      </thead>
      <tbody>
        {props.tokens.map((token) => (
          <tr key={token.id}>
            <th scope="row" data-label={t.access.token}>
              {token.name}
              <small>{token.madeBy}</small>
            </th>
            <td data-label={t.access.role}>{t.role[token.role]}</td>
            <td data-label={t.access.expires}>{formats.date(token.expiresAt)}</td>
            <td data-label={t.access.lastUsed}>
              {token.lastUsedAt === null ? t.access.never : formats.dateTime(token.lastUsedAt)}
            </td>
            <td data-label={t.access.actions}>
              <button
                type="button"
                class="small outline danger"
                aria-label={t.access.revokeFor(token.name)}
                onClick={() => props.revoke(token)}
              >
                {t.access.revoke}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NewTokenDialog(props: { done: (token: NewToken) => void; close: () => void }) {
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
