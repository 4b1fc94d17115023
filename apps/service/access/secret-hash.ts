import { hash } from 'node:crypto';

/** How a secret of ours (a token, a code) is kept: it is random and long, so that no slow hash is needed. */
export function secretHash(secret: string): string {
  return hash('sha256', secret);
}
