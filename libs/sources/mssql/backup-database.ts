import { LifeboatError } from '#platform/errors.ts';
import type { Connection, MssqlServer } from './connect.ts';
import { serverNumber } from './mssql-error.ts';
import { quoteName, quoteText } from './quote-name.ts';
import { type BackupHeader, readHeader } from './read-header.ts';
import { runLong } from './run-long.ts';
import type { Staging } from './staging.ts';
import { waitForFile } from './wait-for-file.ts';

export interface BackupJob {
  connection: Connection;
  /** For the session that watches for a stall. */
  server: MssqlServer;
  database: string;
  staging: Staging;
  /** Its name in the staging folder; nothing of that name may be there. */
  file: string;
  /** Whether the server is to compress. */
  compress: boolean;
  stallMs: number;
  /** As ProofOptions. */
  seenMs?: number | undefined;
  onPercent: (percent: number) => void;
  signal: AbortSignal;
}

/** A .bak in the staging folder that is complete, whole and within our reach. */
export interface StagedBackup {
  header: BackupHeader;
  /** Its path here. */
  path: string;
  bytes: number;
}

const COMPLETE = 3014;
const NO_COMPRESSION_HERE = 1844;
const WHOLE_DATABASE = 1;
const SEEN_MS = 15_000;
const LONGEST_NAME = 128;

/**
 * BACKUP DATABASE into the staging folder. It is taken for good only if the statement ended well and said that it is
 * complete, its header is that of what was asked for, RESTORE VERIFYONLY found every checksum right, and the file is
 * seen here with its whole size. Throws what the server says (the cause, never "terminating abnormally"),
 * `database-failed` or `staging-unusable`. Removing the file is the caller's, whatever happens.
 */
export async function backupDatabase(job: BackupJob): Promise<StagedBackup> {
  const path = job.staging.onServer(job.file);
  await runBackup(job, path);
  const header = await asDamage(job, () => readHeader(job.connection, path, job.signal, job.stallMs));
  refuseOther(job, header);
  await asDamage(job, () => verify(job, path));
  return { header, ...(await seenHere(job, header)) };
}

async function runBackup(job: BackupJob, path: string): Promise<void> {
  const { numbers } = await backupAs(job, path, job.compress ? 'COMPRESSION, ' : 'NO_COMPRESSION, ').catch(
    (error: unknown) => {
      // An edition without it (Express, Web).
      if (serverNumber(error) === NO_COMPRESSION_HERE) return backupAs(job, path, '');
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

function backupAs(job: BackupJob, path: string, compression: string): ReturnType<typeof runLong> {
  const name = `lifeboat ${job.database}`.slice(0, LONGEST_NAME);
  return runLong(
    job.connection,
    `BACKUP DATABASE ${quoteName(job.database)} TO DISK = ${quoteText(path)} WITH COPY_ONLY, INIT, FORMAT, CHECKSUM, ${compression}NAME = ${quoteText(name)}, STATS = 5`,
    { ...job, what: `BACKUP of database ${job.database}` },
  );
}

async function verify(job: BackupJob, path: string): Promise<void> {
  const { signal, server, stallMs } = job;
  await runLong(
    job.connection,
    `RESTORE VERIFYONLY FROM DISK = ${quoteText(path)} WITH CHECKSUM, STATS = 5`,
    {
      signal,
      server,
      stallMs,
      what: `the check of the backup of database ${job.database}`,
    },
  );
}

/** To the server the file is any backup; here it is one that was made a moment ago, and no archive. */
async function asDamage<T>(job: BackupJob, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code !== 'archive-damaged') throw error;
    throw new LifeboatError(
      'database-failed',
      `the backup of database ${job.database} that the server has just made is damaged: ${error.message}`,
      {
        hint: 'check the disk and the memory of the server, and the way to the staging folder',
        cause: error.cause,
      },
    );
  }
}

function refuseOther(job: BackupJob, header: BackupHeader): void {
  const wrong = whatIsWrong(job, header);
  if (wrong === undefined) return;
  throw new LifeboatError(
    'database-failed',
    `the backup of database ${job.database} that ${job.connection.place} made is not what was asked for: ${wrong}`,
    { hint: 'see the error log of the server, then try again' },
  );
}

function whatIsWrong(job: BackupJob, header: BackupHeader): string | undefined {
  if (header.database !== job.database) return `it is of database ${header.database}`;
  if (header.type !== WHOLE_DATABASE) return `it is of type ${header.type}, not of the whole database`;
  if (header.sets !== 1) return `it holds ${header.sets} backups, not one`;
  if (header.damaged) return 'it is marked as damaged';
  if (!header.hasBackupChecksums) return 'it has no checksums';
  if (!header.copyOnly) return 'it is not copy-only';
  if (!header.files.some(({ type }) => type === 'D')) return 'it holds no data file';
  if (!header.files.some(({ type }) => type === 'L')) return 'it holds no log file';
  return undefined;
}

async function seenHere(job: BackupJob, header: BackupHeader): Promise<{ path: string; bytes: number }> {
  const path = job.staging.here(job.file);
  const bytes = await waitForFile(path, header.bytes, job.seenMs ?? SEEN_MS, job.signal);
  if (bytes !== undefined) return { path, bytes };
  throw new LifeboatError(
    'staging-unusable',
    `the backup of database ${job.database}, ${header.bytes} bytes by the server's word, is not seen as ${path} with that size`,
    {
      hint: 'check that staging_server_path and staging_local_path are one folder, and that its share is in order',
    },
  );
}
