import { randomBytes } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { Connection } from './connection.ts';
import { quoteText } from './quote-name.ts';
import { removeFile } from './remove-file.ts';
import { serverSees } from './server-sees.ts';
import { type Staging, whatToSet } from './staging.ts';
import { waitForFile } from './wait-for-file.ts';

export interface ProofOptions {
  /** The conf's section, for messages. */
  name: string;
  /** Milliseconds that a file of the server may take to appear here; shares keep lists of their files for a while. */
  seenMs?: number | undefined;
}

const SEEN_MS = 15_000;

/**
 * BS-23: proves that the staging folder is one folder for both: the server sees a file that was written here, and
 * what it writes can be read and removed here. Leaves nothing. Throws `staging-unusable` with what is wrong and
 * what to set; errors of the server's as they are.
 */
export async function proveStaging(
  connection: Connection,
  staging: Staging,
  options: ProofOptions,
  signal: AbortSignal,
): Promise<void> {
  const nonce = `lifeboat-proof-${randomBytes(9).toString('hex')}`;
  await proveServerSees(connection, staging, `${nonce}.txt`, options, signal);
  await proveServerWrites(connection, staging, `${nonce}.bak`, options, signal);
}

async function proveServerSees(
  connection: Connection,
  staging: Staging,
  file: string,
  { name: section }: ProofOptions,
  signal: AbortSignal,
): Promise<void> {
  const path = staging.here(file);
  try {
    await writeFile(path, file, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    throw cannotUse(staging, section, cause);
  }
  try {
    if (await serverSees(connection, staging.onServer(file), signal)) return;
    throw new LifeboatError(
      'staging-unusable',
      `the server does not see in ${staging.serverFolder} a file that lifeboat wrote into ${staging.localFolder}: they are not the same folder, or its service account may not look into it`,
      { hint: whatToSet(section) },
    );
  } finally {
    await removeFile(path);
  }
}

/** The smallest database that every server has; COPY_ONLY leaves its chain of backups alone. */
async function proveServerWrites(
  connection: Connection,
  staging: Staging,
  file: string,
  { name: section, seenMs }: ProofOptions,
  signal: AbortSignal,
): Promise<void> {
  const path = staging.here(file);
  try {
    await connection.run(
      `BACKUP DATABASE [model] TO DISK = ${quoteText(staging.onServer(file))} WITH COPY_ONLY, INIT, FORMAT`,
      { signal },
    );
    const bytes = await waitForFile(path, 1, seenMs ?? SEEN_MS, signal);
    if (bytes === undefined) throw notSeen(staging, section);
    await (await open(path, 'r')).close();
  } catch (cause) {
    if (systemErrorCode(cause) === undefined || cause instanceof LifeboatError) throw cause;
    throw cannotRead(staging, cause);
  } finally {
    await removeProof(staging, path);
  }
}

async function removeProof(staging: Staging, path: string): Promise<void> {
  try {
    await removeFile(path);
  } catch (cause) {
    throw new LifeboatError(
      'staging-unusable',
      `what the server writes into ${staging.localFolder} cannot be removed here: ${systemErrorCode(cause) ?? cause}`,
      { hint: `give the account of lifeboat write rights on that folder, and remove ${path}`, cause },
    );
  }
}

function cannotUse(staging: Staging, section: string, cause: unknown): LifeboatError {
  const code = systemErrorCode(cause);
  const absent = code === 'ENOENT' || code === 'ENOTDIR';
  const own = staging.localFolder === staging.serverFolder;
  const what = own ? "the server's own backup folder" : 'the staging folder';
  return new LifeboatError(
    'staging-unusable',
    absent
      ? `${what} ${staging.localFolder} is not there${own ? ' (does the server run in a container, or on another machine?)' : ''}`
      : `lifeboat cannot write into ${what} ${staging.localFolder}: ${code ?? cause}`,
    {
      hint: absent && !own ? 'correct staging_local_path, or mount what should be there' : whatToSet(section),
      cause,
    },
  );
}

function notSeen(staging: Staging, section: string): LifeboatError {
  return new LifeboatError(
    'staging-unusable',
    `what the server writes into ${staging.serverFolder} does not appear in ${staging.localFolder}: they are not the same folder`,
    { hint: whatToSet(section) },
  );
}

function cannotRead(staging: Staging, cause: unknown): LifeboatError {
  return new LifeboatError(
    'staging-unusable',
    `what the server writes into ${staging.localFolder} cannot be read here: ${systemErrorCode(cause)}`,
    {
      hint: 'its service account gives new files to its own group only: make the account of lifeboat a member of that group (mssql on Linux), or let the folder hand down read rights (setfacl -d; inheritable rights on Windows)',
      cause,
    },
  );
}
