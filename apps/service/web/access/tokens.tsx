import { useState } from 'preact/hooks';
import type { NewToken, Token } from '../api/answers.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { Notice } from '../parts/notice.tsx';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { NewTokenDialog } from './new-token-dialog.tsx';
import { RevokeTokenDialog } from './revoke-token-dialog.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { TokenTable } from './token-table.tsx';

/** What other programs sign in with. */
export function Tokens() {
  const { t } = useTexts();
  const tokens = useLoaded<Token[]>('api/tokens');
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<NewToken>();
  const [leaving, setLeaving] = useState<Token>();
  const [said, setSaid] = useState<string>();
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
        <RevokeTokenDialog
          token={leaving}
          close={() => setLeaving(undefined)}
          done={() => {
            setLeaving(undefined);
            setSaid(t.access.gone(leaving.name));
            void tokens.reload();
          }}
        />
      )}
    </section>
  );
}
