import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { requirePlainBackups } from './require-plain-backups.ts';

/**
 * A tenant's folder of backups is a folder of its own, and so is what Lifeboat keeps in it: a link would lead into
 * another tenant's, and a pipe would be waited for by all. It is made if it is missing. Throws `not-allowed`;
 * `destination-not-writable` or `source-missing` where it cannot be made.
 */
export async function requireOwnBackups(root: string): Promise<void> {
  const backups = join(root, 'backups');
  await makeIfMissing(backups);
  await requirePlainBackups(backups);
}

async function makeIfMissing(backups: string): Promise<void> {
  try {
    await mkdir(backups, { mode: 0o700 });
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'EEXIST') return;
    if (code === undefined) throw cause;
    const gone = code === 'ENOENT';
    throw new LifeboatError(
      gone ? 'source-missing' : 'destination-not-writable',
      gone ? `the tenant's folder of ${backups} is gone` : `cannot make the folder ${backups}: ${code}`,
      {
        hint: gone
          ? 'it comes back with its folder'
          : 'give the user that runs lifeboat the right to write in the folder above it',
        cause,
      },
    );
  }
}
