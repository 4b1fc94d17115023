import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/** RFC 7914; 32 MiB and about 60 ms a try, which OWASP's cheat sheet on password storage has as one of its choices. */
const COST = { N: 2 ** 15, r: 8, p: 3 };
const KEY_BYTES = 32;

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** A password as it is stored: `scrypt$N$r$p$salt$key`, the last two in base64url. */
export async function hashPassword(password: string, salt: Buffer = randomBytes(16)): Promise<string> {
  const { N, r, p } = COST;
  const key = await derive(password.normalize('NFC'), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r });
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}
