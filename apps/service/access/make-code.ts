import { randomBytes } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';
import type { AccessStore } from './open-access-store.ts';
import { secretHash } from './secret-hash.ts';

const LASTS = { minutes: 30 };

/**
 * A code that lets its owner choose a password, once and within half an hour: for the account named, or (null) for
 * the first administrator. Whoever can run this can write the state folder, which is the proof asked for.
 */
export function makeCode(store: AccessStore, account: string | null, clock: Clock): string {
  const code = (randomBytes(10).toString('hex').match(/.{5}/g) ?? []).join('-');
  store.addCode({ hash: secretHash(code), account, expiresAt: clock.now().add(LASTS).toString() });
  return code;
}
