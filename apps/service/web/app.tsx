import { useMemo } from 'preact/hooks';
import { SignInView } from './access/sign-in-view.tsx';
import { ApiContext, signedInApi } from './api/use-api.ts';
import { useSession } from './api/use-session.ts';
import { Notice } from './parts/notice.tsx';
import { Shell } from './parts/shell.tsx';
import { ReaderContext, useReader } from './texts/use-texts.ts';

/** The page: the sign-in, and everything behind it. */
export function App() {
  const reader = useReader();
  const { t } = reader;
  const session = useSession();
  const signedIn = useMemo(
    () => (session.state === 'in' ? signedInApi(session.api, session.me, session.changed) : undefined),
    // The API is made anew whenever somebody else is signed in.
    [session.state === 'in' ? session.api : undefined],
  );
  return (
    <ReaderContext.Provider value={reader}>
      {session.state === 'asking' && (
        <p class="container" aria-busy="true">
          {t.page.loading}
        </p>
      )}
      {session.state === 'unreachable' && (
        <main class="container narrow">
          <Notice kind="bad" title={t.page.unreachable}>
            <p>{t.page.unreachableHint}</p>
            <button type="button" onClick={session.again}>
              {t.page.again}
            </button>
          </Notice>
        </main>
      )}
      {session.state === 'out' && (
        <SignInView api={session.api} firstRun={session.firstRun} signedIn={session.signedIn} />
      )}
      {session.state === 'in' && signedIn !== undefined && (
        <ApiContext.Provider value={signedIn}>
          <Shell signOut={session.signOut} />
        </ApiContext.Provider>
      )}
    </ReaderContext.Provider>
  );
}
