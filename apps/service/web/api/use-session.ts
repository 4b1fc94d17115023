import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { Me } from './answers.ts';
import { ApiFailure } from './api-failure.ts';
import { type Api, openApi } from './open-api.ts';

export type Session =
  | { state: 'asking' }
  | { state: 'unreachable'; failure: ApiFailure; again: () => void }
  | { state: 'out'; firstRun: boolean; api: Api; signedIn: (me: Me) => void }
  | { state: 'in'; me: Me; api: Api; signOut: () => Promise<void>; changed: (me: Me) => void };

type Known = { me: Me } | { firstRun: boolean } | { failure: ApiFailure } | undefined;

/** Who is signed in, asked for when the page opens. */
export function useSession(): Session {
  const [known, setKnown] = useState<Known>();
  const me = known !== undefined && 'me' in known ? known.me : undefined;
  const api = useMemo(
    () => openApi({ base: baseOf(), me, signedOut: (firstRun) => setKnown({ firstRun }) }),
    [me],
  );
  const look = useCallback(() => {
    const asker = openApi({ base: baseOf(), me: undefined, signedOut: () => undefined });
    asker.get<Me>('api/me').then(
      (found) => setKnown({ me: found }),
      (error: unknown) => {
        const failure = error instanceof ApiFailure ? error : new ApiFailure(0);
        setKnown(failure.status === 401 ? { firstRun: failure.firstRun } : { failure });
      },
    );
  }, []);
  useEffect(look, [look]);

  if (known === undefined) return { state: 'asking' };
  if ('failure' in known) return { state: 'unreachable', failure: known.failure, again: look };
  if ('firstRun' in known) {
    const signedIn = (found: Me) => setKnown({ me: found });
    return { state: 'out', firstRun: known.firstRun, api, signedIn };
  }
  const signOut = async () => {
    await api.send('POST', 'api/sign-out', {});
    setKnown({ firstRun: false });
  };
  return { state: 'in', me: known.me, api, signOut, changed: (found) => setKnown({ me: found }) };
}

function baseOf(): URL {
  return new URL('.', document.baseURI);
}
