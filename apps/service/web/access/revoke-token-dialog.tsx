import type { Token } from '../api/answers.ts';
import { useApi } from '../api/use-api.ts';
import { RemovalDialog } from '../parts/removal-dialog.tsx';
import { useTexts } from '../texts/use-texts.ts';

/** Asks before a token is taken back. */
export function RevokeTokenDialog(props: { token: Token; done: () => void; close: () => void }) {
  const texts = useTexts().t.access;
  const { api } = useApi();
  const { id, name } = props.token;
  const revoke = async () => {
    await api.send('DELETE', `api/tokens/${encodeURIComponent(id)}`, {});
    props.done();
  };
  return (
    <RemovalDialog
      title={texts.revokeTitle(name)}
      text={texts.revokeText}
      submit={texts.revoke}
      remove={revoke}
      close={props.close}
    />
  );
}
