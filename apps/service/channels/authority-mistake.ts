import { X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { quote } from '#settings/quote.ts';
import { readBounded } from '#settings/read-bounded.ts';
import type { Wrong } from './wrong-value.ts';

/** What is wrong with a file of a certificate authority, a relative one counted from `root`; undefined: nothing. */
export async function authorityMistake(
  path: string | null | undefined,
  root: string,
): Promise<Wrong | undefined> {
  // A path that is none the conf's own rules name.
  if (!path || path.startsWith('~')) return undefined;
  const wrong = (why: string): Wrong => ({
    key: 'tls_ca',
    found: `${quote(path)}: ${why}`,
    allowed: 'a file that can be read, with a certificate in PEM',
  });
  try {
    const bytes = await readBounded(resolve(root, path));
    return isCertificate(bytes) ? undefined : wrong('no certificate');
  } catch (error) {
    if (error instanceof LifeboatError) return wrong('no such file');
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    return wrong(code);
  }
}

function isCertificate(bytes: Buffer): boolean {
  try {
    return new X509Certificate(bytes).subject !== '';
  } catch (error) {
    // What OpenSSL cannot read is what was asked.
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
