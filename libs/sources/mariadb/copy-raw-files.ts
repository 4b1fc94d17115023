import { constants } from 'node:fs';
import { access, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { copyPrivately } from '#platform/copy-privately.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { intoNewFolder } from '../into-new-folder.ts';
import { requireRoomForCopy } from '../require-room-for-copy.ts';
import { type Connection, connectMariadb, type MariadbServer } from './connect.ts';

export interface RawCopy {
  place: string;
  files: number;
  bytes: number;
}

/** The server's own database: without its accounts and definitions nobody can start a server on the copy. */
const OWN = 'mysql';

/**
 * Copies the files of databases that cannot be read through the server, as they lie in its data folder, into the new
 * private folder `into`, together with what of the data folder belongs to all databases (system tablespace, redo and
 * undo logs). A read lock is held meanwhile if the server gives one. It is no backup that could be restored: a person
 * may rescue data from it. Throws `target-unsuitable` where the data folder cannot be read from here, `space-low`.
 */
export async function copyRawFiles(
  server: MariadbServer,
  { databases, into }: { databases: readonly string[]; into: string },
  signal: AbortSignal,
): Promise<RawCopy> {
  await using connection = await connectMariadb(server, signal);
  const { datadir, folders, logs } = await whereIs(connection, databases);
  await requireReadable(server, connection, datadir, folders);
  const top = (await readdir(datadir, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && !isLog(entry.name, logs))
    .map(({ name }) => name);
  const list = [...top, ...(await filesOf(datadir, folders))];
  const bytes = await sizeOf(datadir, list);
  await requireRoomForCopy(into, bytes);
  await lock(connection);
  const copy = async (): Promise<void> => {
    for (const folder of folders) await mkdir(join(into, folder), { mode: 0o700 });
    for (const file of list) await copyPrivately(join(datadir, file), join(into, file), signal);
  };
  await intoNewFolder(into, copy, signal);
  return { place: into, files: list.length, bytes };
}

async function whereIs(
  connection: Connection,
  databases: readonly string[],
): Promise<{ datadir: string; folders: string[]; logs: string | undefined }> {
  const folders: string[] = [];
  for (const database of [...databases, OWN]) {
    const [row] = await connection.query<{ folder: string }>(
      'SELECT CAST(CAST(CONVERT(? USING filename) AS BINARY) AS CHAR) AS folder',
      [database],
    );
    folders.push(row?.folder ?? database);
  }
  const [row] = await connection.query<{ datadir: string; logs: string | null }>(
    'SELECT @@datadir AS datadir, @@log_bin_basename AS logs',
  );
  return { datadir: row?.datadir ?? '', folders, logs: row?.logs?.split('/').at(-1) };
}

async function requireReadable(
  server: MariadbServer,
  { place }: Connection,
  datadir: string,
  folders: readonly string[],
): Promise<void> {
  const { address } = server;
  const local = 'socket' in address || ['localhost', '127.0.0.1', '::1'].includes(address.host);
  const what = folders.filter((folder) => folder !== OWN).join(', ');
  const refuse = (why: string): LifeboatError =>
    new LifeboatError(
      'target-unsuitable',
      `${what} on ${place} cannot be read through the server, so no safety archive holds it, and its raw files cannot be copied either: ${why}`,
      {
        hint: `run lifeboat-restore as root on the machine of the server; or copy ${datadir} yourself and make room, so that nothing has to go before`,
      },
    );
  if (!local) throw refuse('the server is on another machine');
  try {
    for (const folder of ['.', ...folders]) {
      await access(join(datadir, folder), constants.R_OK | constants.X_OK);
    }
  } catch (error) {
    throw refuse(`${systemErrorCode(error) ?? error} at ${datadir}`);
  }
}

function isLog(name: string, logs: string | undefined): boolean {
  return (logs !== undefined && name.startsWith(`${logs}.`)) || /\.(err|pid|sock)$/.test(name);
}

async function filesOf(datadir: string, folders: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(join(datadir, folder), { withFileTypes: true });
    files.push(...entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name)));
  }
  return files;
}

async function sizeOf(datadir: string, files: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const file of files) bytes += (await lstat(join(datadir, file))).size;
  return bytes;
}

/** Files that change while they are copied are worth less, but better than none. */
async function lock(connection: Connection): Promise<void> {
  try {
    await connection.query('SET SESSION lock_wait_timeout = 10');
    await connection.query('FLUSH TABLES WITH READ LOCK');
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code === 'database-unreachable') throw error;
  }
}
