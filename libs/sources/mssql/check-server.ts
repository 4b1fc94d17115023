import { statfs } from 'node:fs/promises';
import prettyBytes from 'pretty-bytes';
import { LifeboatError } from '#platform/errors.ts';
import type { Finding } from '#sources/source.ts';
import type { Connection } from './connection.ts';
import { proveStaging } from './prove-staging.ts';
import { quoteName } from './quote-name.ts';
import { type DatabaseFacts, readDatabases } from './read-databases.ts';
import { readServer, type ServerFacts } from './read-server.ts';
import { readUsedBytes } from './read-used-bytes.ts';
import { findStaging, type Staging, type StagingOptions } from './staging.ts';

export interface CheckOptions extends StagingOptions {
  databases: readonly string[];
  seenMs?: number | undefined;
}

/** What stands between a server and a backup of it. */
export interface CheckedServer {
  facts: ServerFacts;
  /** Whatever makes any backup impossible, in the order in which it is to be mended. */
  problems: LifeboatError[];
  /** What should be known; a backup can run. */
  warnings: Finding[];
  /** Those of the conf, in its order. */
  databases: CheckedDatabase[];
  staging: Staging | undefined;
}

/** A database of the conf: `found`, or why nothing of it can be saved. */
export type CheckedDatabase = { name: string } & (
  | { found: DatabaseFacts; bytes: number }
  | { absent: { code: 'missing' | 'unreadable'; detail: string } }
);

/**
 * LB-11: rights, databases, the way through the staging folder and its space, as one report: a problem does not hide
 * the next. Changes nothing but a file in the staging folder, which is gone afterwards. Throws what makes all further
 * questions idle: a server that is none of ours, a lost connection.
 */
export async function checkServer(
  connection: Connection,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<CheckedServer> {
  const facts = await readServer(connection, signal);
  const problems: LifeboatError[] = [];
  if (!facts.sysadmin) problems.push(notSysadmin(connection.place, facts.login));
  const databases = facts.sysadmin ? await checkDatabases(connection, facts, options, signal) : [];
  const staging = await orProblem(problems, async () => findStaging(facts, options));
  if (staging && facts.sysadmin) {
    await orProblem(problems, () => proveStaging(connection, staging, options, signal));
  }
  const bytes = databases.reduce((sum, database) => sum + ('found' in database ? database.bytes : 0), 0);
  const space = staging ? await checkSpace(staging, bytes, facts) : {};
  if (space.problem) problems.push(space.problem);
  return {
    facts,
    problems,
    warnings: [...databases.flatMap(encryptionWarning), ...(space.warning ? [space.warning] : [])],
    databases,
    staging,
  };
}

/** BS-19, BS-20: names the role, and the statement that gives it. */
export function notSysadmin(place: string, login: string): LifeboatError {
  return new LifeboatError(
    'database-right-missing',
    `login "${login}" on ${place} does not have the server role sysadmin, which backup and restore need`,
    {
      hint: `run as a sysadmin of that server: ALTER SERVER ROLE [sysadmin] ADD MEMBER ${quoteName(login)};`,
    },
  );
}

async function orProblem<T>(problems: LifeboatError[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code === 'database-unreachable') throw error;
    problems.push(error);
    return undefined;
  }
}

async function checkDatabases(
  connection: Connection,
  facts: ServerFacts,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<CheckedDatabase[]> {
  const all = await readDatabases(connection, signal);
  const checked: CheckedDatabase[] = [];
  for (const name of options.databases) {
    const found = named(all, name, facts.ignoresCase);
    const twin = checked.find((other) => 'found' in other && other.found === found);
    if (twin)
      checked.push({ name, absent: { code: 'unreadable', detail: `it is ${twin.name} to the server` } });
    else checked.push({ name, ...(await measured(connection, found, signal)) });
  }
  return checked;
}

function named(all: DatabaseFacts[], name: string, ignoresCase: boolean): DatabaseFacts | undefined {
  const exact = all.find((database) => database.name === name);
  if (exact || !ignoresCase) return exact;
  return all.find((database) => database.name.toLowerCase() === name.toLowerCase());
}

/** A database may be ONLINE and yet not to be entered: in single-user mode with that user in it (924). */
async function measured(
  connection: Connection,
  found: DatabaseFacts | undefined,
  signal: AbortSignal,
): Promise<
  { found: DatabaseFacts; bytes: number } | { absent: { code: 'missing' | 'unreadable'; detail: string } }
> {
  if (found === undefined)
    return { absent: { code: 'missing', detail: `there is none on ${connection.place}` } };
  if (found.state !== 'ONLINE')
    return { absent: { code: 'unreadable', detail: `its state on ${connection.place} is ${found.state}` } };
  try {
    return { found, bytes: await readUsedBytes(connection, found.name, signal) };
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code === 'database-unreachable') throw error;
    return { absent: { code: 'unreadable', detail: error.message } };
  }
}

function encryptionWarning(database: CheckedDatabase): Finding[] {
  if (!('found' in database) || !database.found.tde) return [];
  return [{ level: 'warning', ...aboutEncryption(database.found.name, database.found.tde) }];
}

/** Without the certificate nobody ever opens the backup again (33111): said at each backup. */
export function aboutEncryption(
  database: string,
  { thumbprint, certificate }: NonNullable<DatabaseFacts['tde']>,
): { message: string; hint: string } {
  const name = certificate ?? 'NAME';
  return {
    message: `database ${database} is encrypted (TDE): its backup can only be restored where the certificate ${name} (thumbprint 0x${thumbprint.toUpperCase()}) with its private key is, which is not in the archive`,
    hint: `keep both in a safe place: USE master; BACKUP CERTIFICATE ${quoteName(name)} TO FILE = '...' WITH PRIVATE KEY (FILE = '...', ENCRYPTION BY PASSWORD = '...');`,
  };
}

/** Into a compressed backup the server reserves a third of the data before it knows how small it gets. */
const RESERVED_SHARE = 1 / 3;

async function checkSpace(
  staging: Staging,
  bytes: number,
  facts: ServerFacts,
): Promise<{ problem?: LifeboatError; warning?: Finding }> {
  const free = await freeBytes(staging.localFolder);
  if (free === undefined || free >= bytes) return {};
  const message = `the staging folder ${staging.localFolder} has ${prettyBytes(free)} free; all databases, uncompressed, take ${prettyBytes(bytes)} there while the backup runs`;
  const hint =
    'make room there, or set staging_server_path and staging_local_path to a folder on a larger disk';
  const surely = facts.mayCompress ? bytes * RESERVED_SHARE : bytes;
  if (free < surely) return { problem: new LifeboatError('space-low', message, { hint }) };
  return { warning: { level: 'warning', message, hint } };
}

/** Undefined where the folder cannot be asked: the proof has said why. */
async function freeBytes(folder: string): Promise<number | undefined> {
  const found = await statfs(folder).catch(() => undefined);
  return found && found.bavail * found.bsize;
}
