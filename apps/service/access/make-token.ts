import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';
import type { AccessStore, Token } from './open-access-store.ts';
import { secretHash } from './secret-hash.ts';

export type TokenToMake = Pick<Token, 'name' | 'role' | 'tenant' | 'madeBy'> & { days: number };

/** A token for another program. Its secret is given out here and nowhere else; the store keeps a hash. */
export function makeToken(
  store: AccessStore,
  { days, ...facts }: TokenToMake,
  clock: Clock,
): { token: Token; secret: string } {
  const secret = `lb_${randomBytes(32).toString('base64url')}`;
  const now = clock.now();
  const token: Token = {
    ...facts,
    id: randomUUID(),
    secret: secretHash(secret),
    madeAt: now.toString(),
    expiresAt: now.add({ hours: 24 * days }).toString(),
    lastUsedAt: null,
  };
  store.addToken(token);
  return { token, secret };
}
