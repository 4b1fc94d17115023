import { LifeboatError } from '#platform/errors.ts';
import type { Connection, MssqlServer } from './connection.ts';
import { quoteName, quoteText } from './quote-name.ts';
import { runLong } from './run-long.ts';
import { serverNumber } from './server-number.ts';
import type { Staging } from './staging.ts';

/** A database's .bak in the staging folder. */
export interface BackupFile {
  connection: Connection;
  /** For the session that watches for a stall. */
  server: MssqlServer;
  database: string;
  staging: Staging;
  /** Its name in the staging folder. */
  file: string;
  stallMs: number;
  signal: AbortSignal;
}

export interface BackupToMake extends BackupFile {
  /** Whether the server is to compress; an edition that cannot makes a plain one all the same. */
  compress: boolean;
  onPercent: (percent: number) => void;
}

const COMPLETE = 3014;
const NO_COMPRESSION_HERE = 1844;
const LONGEST_NAME = 128;

/**
 * BACKUP DATABASE into the staging folder. Throws what the server says (the cause, never "terminating abnormally"), and
 * `database-failed` if it did not say that the backup is complete. Removing the file is the caller's, whatever happens.
 */
export async function makeBackup(job: BackupToMake): Promise<void> {
  const { numbers } = await backupAs(job, job.compress ? 'COMPRESSION, ' : 'NO_COMPRESSION, ').catch(
    (error: unknown) => {
      // An edition without it (Express, Web).
      if (serverNumber(error) === NO_COMPRESSION_HERE) return backupAs(job, '');
      throw error;
    },
  );
  if (numbers.has(COMPLETE)) return;
  throw new LifeboatError(
    'database-failed',
    `BACKUP of database ${job.database} on ${job.connection.place} ended without saying that it is complete`,
    { hint: 'see the error log of the server, then try again' },
  );
}

function backupAs(job: BackupToMake, compression: string): ReturnType<typeof runLong> {
  const name = `lifeboat ${job.database}`.slice(0, LONGEST_NAME);
  const path = quoteText(job.staging.onServer(job.file));
  return runLong(
    job.connection,
    `BACKUP DATABASE ${quoteName(job.database)} TO DISK = ${path} WITH COPY_ONLY, INIT, FORMAT, CHECKSUM, ${compression}NAME = ${quoteText(name)}, STATS = 5`,
    { ...job, what: `BACKUP of database ${job.database}` },
  );
}
