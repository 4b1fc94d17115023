import type { Token } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { Dialog } from '../parts/dialog.tsx';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { useTexts } from '../texts/use-texts.ts';

/** Asks before a token is taken back. */
export function RevokeTokenDialog(props: { token: Token; done: () => void; close: () => void }) {
  const { t } = useTexts();
  const { api } = useApi();
  const action = useAction();
  const { id, name } = props.token;
  const revoke = () =>
    void action.run(async () => {
      await api.send('DELETE', `api/tokens/${encodeURIComponent(id)}`, {});
      props.done();
    });
  return (
    <Dialog
      title={t.access.revokeTitle(name)}
      submit={t.access.revoke}
      danger
      busy={action.busy}
      onSubmit={revoke}
      onClose={props.close}
    >
      <p>{t.access.revokeText}</p>
      <FailureNotice failure={action.failure} />
    </Dialog>
  );
}
