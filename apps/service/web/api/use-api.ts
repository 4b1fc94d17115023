import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Me, Role } from './answers.ts';
import { ROLES } from './answers.ts';
import type { Api } from './open-api.ts';

export interface SignedInApi {
  api: Api;
  me: Me;
  /** Whether this person may do what needs that role. */
  may(role: Role): boolean;
  /** The session is another one from now on: after a change of the password. */
  changed(me: Me): void;
}

export const ApiContext = createContext<SignedInApi | undefined>(undefined);

/** The API for whoever is signed in; for views behind the sign-in only. */
export function useApi(): SignedInApi {
  const found = useContext(ApiContext);
  if (found === undefined) throw new Error('no view is shown before somebody has signed in');
  return found;
}

export function signedInApi(api: Api, me: Me, changed: (me: Me) => void): SignedInApi {
  return { api, me, changed, may: (role) => ROLES.indexOf(me.role) >= ROLES.indexOf(role) };
}
