import { LifeboatError } from '#platform/errors.ts';
import type { BackupFile } from './make-backup.ts';
import { quoteText } from './quote-name.ts';
import { type BackupHeader, readHeader } from './read-header.ts';
import { runLong } from './run-long.ts';
import { waitForFile } from './wait-for-file.ts';

export interface BackupToProve extends BackupFile {
  /** As ProofOptions. */
  seenMs?: number | undefined;
}

/** A .bak in the staging folder that is complete, whole and within our reach. */
export interface StagedBackup {
  header: BackupHeader;
  /** Its path here. */
  path: string;
  bytes: number;
}

const WHOLE_DATABASE = 1;
const SEEN_MS = 15_000;

/**
 * Looks whether a .bak that the server made is what was asked for: its header, every checksum (RESTORE VERIFYONLY), and
 * that it is seen here with its whole size. Throws `database-failed` or `staging-unusable`, or what the server says.
 */
export async function proveBackup(job: BackupToProve): Promise<StagedBackup> {
  const path = job.staging.onServer(job.file);
  const header = await asDamage(job, () => readHeader(job.connection, path, job.signal, job.stallMs));
  refuseOther(job, header);
  await asDamage(job, () => verify(job, path));
  return { header, ...(await seenHere(job, header)) };
}

async function verify(job: BackupToProve, path: string): Promise<void> {
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
async function asDamage<T>(job: BackupToProve, read: () => Promise<T>): Promise<T> {
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

function refuseOther(job: BackupToProve, header: BackupHeader): void {
  const wrong = whatIsWrong(job, header);
  if (wrong === undefined) return;
  throw new LifeboatError(
    'database-failed',
    `the backup of database ${job.database} that ${job.connection.place} made is not what was asked for: ${wrong}`,
    { hint: 'see the error log of the server, then try again' },
  );
}

function whatIsWrong(job: BackupToProve, header: BackupHeader): string | undefined {
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

async function seenHere(job: BackupToProve, header: BackupHeader): Promise<{ path: string; bytes: number }> {
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
