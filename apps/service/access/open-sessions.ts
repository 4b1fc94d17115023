import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';
import type { AccountKey } from './open-access-store.ts';

export interface Session {
  account: AccountKey;
  /** What a page of ours sends with each change, and a page of somebody else's cannot know. */
  csrf: string;
}

/** Who is signed in. In memory alone: a service that is started again asks everyone to sign in again. */
export interface Sessions {
  /** Resolves with the secret that the browser keeps. */
  begin(account: AccountKey): { secret: string; session: Session };
  find(secret: string): Session | undefined;
  end(secret: string): void;
  /** When a password was changed or an account taken away. */
  endAllOf(account: AccountKey): void;
}

const IDLE_MS = 60 * 60_000;
const LONGEST_MS = 12 * 60 * 60_000;
const MOST = 10_000;

export function openSessions(clock: Pick<Clock, 'elapsed'>): Sessions {
  const open = new Map<string, Session & { begun: number; used: number }>();
  const isOver = ({ begun, used }: { begun: number; used: number }): boolean =>
    clock.elapsed() - used > IDLE_MS || clock.elapsed() - begun > LONGEST_MS;
  return {
    begin({ name, tenant }) {
      for (const [key, session] of open) if (isOver(session)) open.delete(key);
      const [oldest] = open.keys();
      if (open.size >= MOST && oldest !== undefined) open.delete(oldest);
      const secret = randomBytes(32).toString('base64url');
      const session = { account: { name, tenant }, csrf: randomBytes(24).toString('base64url') };
      open.set(keyOf(secret), { ...session, begun: clock.elapsed(), used: clock.elapsed() });
      return { secret, session };
    },
    find(secret) {
      const found = open.get(keyOf(secret));
      if (found === undefined || isOver(found)) return undefined;
      found.used = clock.elapsed();
      return { account: found.account, csrf: found.csrf };
    },
    end: (secret) => void open.delete(keyOf(secret)),
    endAllOf({ name, tenant }) {
      for (const [key, { account }] of open) {
        if (account.name === name && account.tenant === tenant) open.delete(key);
      }
    },
  };
}

/** Looked up by its hash, so that the time a look-up takes tells nothing of a secret. */
function keyOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
