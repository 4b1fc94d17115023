import { randomBytes } from 'node:crypto';
import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from '../../connection.ts';
import { quoteText } from '../../quote-name.ts';
import { serverNumber } from '../../server-number.ts';
import type { Staging } from '../../staging.ts';
import { writeStagedFile } from './write-staged-file.ts';

/** It could open the file and found no backup in it; an end that comes too soon is another way to say so. */
const OPENED = new Set([3203, 3241, 3242, 3254]);
const CANNOT_OPEN = 3201;
const ENOUGH_BYTES = 128 * 1024;

/**
 * BS-23 for a restore: proves that the server can read what was written here, not only see its name. It is asked to
 * read a file that is no backup: "not a backup" is the good answer. Leaves nothing. Throws `staging-unusable` with the
 * server's refusal (3201 with the system's reason).
 */
export async function proveReading(
  connection: Connection,
  staging: Staging,
  signal: AbortSignal,
): Promise<void> {
  const name = `lifeboat-proof-${randomBytes(9).toString('hex')}.bak`;
  await using file = await writeStagedFile(staging, name, nonsense(), { signal });
  try {
    await connection.ask(`RESTORE HEADERONLY FROM DISK = ${quoteText(file.onServer)}`, signal);
  } catch (error) {
    const number = serverNumber(error);
    if (OPENED.has(number ?? 0)) return;
    throw number === CANNOT_OPEN ? cannotRead(staging, error as LifeboatError) : error;
  }
  throw new LifeboatError(
    'staging-unusable',
    `the server finds a backup in ${file.onServer} where lifeboat wrote none: ${staging.serverFolder} and ${staging.localFolder} are not the same folder`,
    { hint: 'correct staging_server_path and staging_local_path' },
  );
}

function cannotRead({ localFolder }: Staging, refused: LifeboatError): LifeboatError {
  return new LifeboatError(
    'staging-unusable',
    `the server sees what lifeboat writes into ${localFolder}, but cannot read it: ${refused.message}`,
    {
      hint: `lifeboat makes it readable for owner and group of that folder only, since it holds whole databases: give the folder to the account of the SQL Server service (on Linux chown mssql; of its container chown 10001), and run lifeboat-restore as root`,
      cause: refused.cause,
    },
  );
}

async function* nonsense(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(ENOUGH_BYTES, 'lifeboat: this is no backup\n');
}
