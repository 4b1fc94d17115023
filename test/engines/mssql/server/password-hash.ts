import { createHash, randomBytes } from 'node:crypto';

/** A password as sys.sql_logins keeps it: version 2, four bytes of salt, SHA-512. */
export function hashPassword(password: string, salt: Buffer = randomBytes(4)): Buffer {
  const digest = createHash('sha512').update(Buffer.from(password, 'utf16le')).update(salt).digest();
  return Buffer.concat([Buffer.from([2, 0]), salt, digest]);
}

export function isPassword(password: string, hash: Buffer): boolean {
  return hashPassword(password, hash.subarray(2, 6)).equals(hash);
}
