import type { Clock } from '#platform/clock.ts';
import type { AccessStore, AccountKey } from './open-access-store.ts';
import type { Sessions } from './open-sessions.ts';
import type { Role } from './role.ts';
import { secretHash } from './secret-hash.ts';

/** Somebody who was recognised, and what he may do. */
export interface Person {
  /** As the journal names him: `anna`, `token nightly (anna)`. */
  name: string;
  role: Role;
  /** Id of a tenant; null: everything that this service serves. */
  tenant: string | null;
  /** Of the page; a token has none. */
  session: { account: AccountKey; secret: string; csrf: string } | undefined;
}

export interface Credentials {
  /** Value of the session cookie. */
  cookie: string | undefined;
  authorization: string | undefined;
}

/** Who is behind a request: a token's holder, or whoever signed in on the page; undefined if nobody is recognised. */
export function whoAsks(
  { store, sessions, clock }: { store: AccessStore; sessions: Sessions; clock: Clock },
  { cookie, authorization }: Credentials,
): Person | undefined {
  if (authorization !== undefined) return holderOf(store, authorization, clock);
  if (cookie === undefined) return undefined;
  const session = sessions.find(cookie);
  const account = session && store.account(session.account);
  if (session === undefined || account === undefined) return undefined;
  const { name, role, tenant } = account;
  return { name, role, tenant, session: { ...session, secret: cookie } };
}

function holderOf(store: AccessStore, authorization: string, clock: Clock): Person | undefined {
  const secret = /^Bearer (lb_[\w-]{20,100})$/.exec(authorization)?.[1];
  const token = secret === undefined ? undefined : store.tokenOf(secretHash(secret));
  if (token === undefined) return undefined;
  const now = clock.now();
  if (Temporal.Instant.compare(now, Temporal.Instant.from(token.expiresAt)) > 0) return undefined;
  // To the minute is enough, and a poll each second writes no file each second.
  const minute = now.toString({ smallestUnit: 'minute' });
  if (token.lastUsedAt !== minute) store.tokenUsed(token.id, minute);
  const { name, role, tenant, madeBy } = token;
  return { name: `token ${name} (${madeBy})`, role, tenant, session: undefined };
}
