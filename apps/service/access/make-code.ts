import { randomBytes } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';
import type { AccessStore, Code } from './open-access-store.ts';
import { secretHash } from './secret-hash.ts';

const LASTS = { minutes: 30 };

/**
 * A code that lets its owner choose a password, once and within half an hour: for the account named, or (null) for
 * an administrator of that tenant. On the command line whoever can run this can write the state folder, which is the
 * proof asked for.
 */
export function makeCode(
  store: AccessStore,
  { account, tenant }: Pick<Code, 'account' | 'tenant'>,
  clock: Clock,
): string {
  const code = (randomBytes(10).toString('hex').match(/.{5}/g) ?? []).join('-');
  store.addCode({ hash: secretHash(code), account, tenant, expiresAt: clock.now().add(LASTS).toString() });
  return code;
}
