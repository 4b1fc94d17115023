import { useApi } from '../api/use-api.ts';
import { Notice } from '../parts/notice.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { Accounts } from './accounts.tsx';
import { Tokens } from './tokens.tsx';

/** Who may come in, and with what. */
export function AccessView() {
  const { t } = useTexts();
  const { may } = useApi();
  if (!may('administrator')) return <Notice kind="info" title={t.page.notAllowed(t.role.administrator)} />;
  return (
    <>
      <Accounts />
      <Tokens />
    </>
  );
}
