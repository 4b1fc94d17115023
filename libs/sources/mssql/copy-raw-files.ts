import { randomBytes } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { copyPrivately } from '#platform/copy-privately.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { intoNewFolder } from '../into-new-folder.ts';
import { memberSegment } from '../member-segment.ts';
import { requireRoomForCopy } from '../require-room-for-copy.ts';
import { connectMssql } from './connect.ts';
import type { Connection, MssqlServer } from './connection.ts';
import { isThisMachine } from './is-this-machine.ts';
import { quoteName } from './quote-name.ts';
import { removeFile } from './remove-file.ts';
import { serverSees } from './server-sees.ts';
import { type LiveDatabase, readDatabase, readFiles } from './target/read-live.ts';

interface RawDatabase {
  name: string;
  live: LiveDatabase;
  /** Those that are there, as the server and we name them. */
  files: { path: string; bytes: number; changed: number }[];
}

/**
 * Copies the files of databases that BACKUP cannot read into the new private folder `into`, a folder for each. It is no
 * backup: a person may attach them, or rescue data from them. The server must not have them running, and its folders
 * must be proven to be ours; a file that neither sees is passed over. Throws `target-unsuitable` with what to do by hand,
 * `space-low`; nothing is changed then.
 */
export async function copyRawFiles(
  server: MssqlServer,
  { databases, into }: { databases: readonly string[]; into: string },
  signal: AbortSignal,
): Promise<{ place: string }> {
  await using connection = await connectMssql(server, signal);
  const raw: RawDatabase[] = [];
  for (const name of databases) raw.push(await find(connection, server, name, signal));
  const bytes = raw.flatMap(({ files }) => files).reduce((sum, file) => sum + file.bytes, 0);
  await requireRoomForCopy(into, bytes);
  const copyAll = async (): Promise<void> => {
    for (const one of raw) await copy(connection, one, into, signal);
  };
  await intoNewFolder(into, copyAll, signal);
  return { place: into };
}

/** In these the server writes nothing of it; whatever it is in another, it may. */
const NOT_RUNNING = ['OFFLINE', 'SUSPECT', 'RECOVERY_PENDING'];

async function find(
  connection: Connection,
  server: MssqlServer,
  name: string,
  signal: AbortSignal,
): Promise<RawDatabase> {
  const live = await readDatabase(connection, name, signal);
  if (live === undefined) throw new LifeboatError('database-missing', `database ${name} is gone`);
  const known = await readFiles(connection, live.id, signal);
  const refuse = refusal(
    connection,
    live,
    known.map(({ physicalName }) => physicalName),
  );
  if (!NOT_RUNNING.includes(live.state)) throw refuse(`it is ${live.state}, so the server may write to them`);
  if (!isThisMachine(server.address.host)) throw refuse('the server is on another machine');
  if (known.some(({ type }) => type !== 'ROWS' && type !== 'LOG')) {
    throw refuse('it has FILESTREAM, full-text or memory-optimized data, which lie in folders');
  }
  const paths = known.map(({ physicalName }) => physicalName);
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    const why = await whyNotOurs(connection, folder, signal);
    if (why !== undefined) throw refuse(why);
  }
  const files: RawDatabase['files'] = [];
  for (const path of paths) {
    const found = await measure(path);
    if (found !== undefined) files.push({ path, ...found });
    else if (await serverSees(connection, path, signal)) throw refuse(`only the server sees ${path}`);
  }
  if (files.length === 0) throw refuse('none of them is there');
  return { name, live, files };
}

/** A path may lead elsewhere for a server in a container: it has to see what is written here. */
async function whyNotOurs(
  connection: Connection,
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const path = join(folder, `lifeboat-proof-${randomBytes(9).toString('hex')}.txt`);
  try {
    await writeFile(path, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    return `lifeboat-restore cannot write into ${folder} to prove that it is the server's (${code})`;
  }
  try {
    const seen = await serverSees(connection, path, signal);
    return seen ? undefined : `${folder} here is another one than the server's`;
  } finally {
    await removeFile(path);
  }
}

async function measure(path: string): Promise<{ bytes: number; changed: number } | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, changed: mtimeMs };
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Throws for a file that did not stay as it was meanwhile. */
async function copy(
  connection: Connection,
  { name, live, files }: RawDatabase,
  into: string,
  signal: AbortSignal,
): Promise<void> {
  const refuse = refusal(
    connection,
    live,
    files.map(({ path }) => path),
  );
  const folder = join(into, memberSegment(name));
  await mkdir(folder, { mode: 0o700 });
  for (const { path, bytes, changed } of files) {
    try {
      await copyPrivately(path, join(folder, basename(path)), signal);
    } catch (error) {
      const code = systemErrorCode(error) ?? '';
      if (['EACCES', 'EPERM', 'EBUSY', 'EIO'].includes(code)) throw refuse(`${code} at ${path}`);
      throw error;
    }
    const now = await measure(path);
    if (now?.bytes !== bytes || now.changed !== changed) throw refuse(`${path} changed while it was copied`);
  }
}

function refusal(
  { place }: Connection,
  { name, state }: LiveDatabase,
  files: readonly string[],
): (why: string) => LifeboatError {
  const offline = `ALTER DATABASE ${quoteName(name)} SET OFFLINE WITH ROLLBACK IMMEDIATE`;
  return (why) =>
    new LifeboatError(
      'target-unsuitable',
      `database ${name} on ${place} is ${state} and BACKUP cannot read it, so no safety archive holds it, and its files cannot be copied either: ${why}`,
      {
        hint: `run lifeboat-restore with the rights of an administrator on the machine of the server${state === 'OFFLINE' ? '' : `, the database offline (${offline})`}; or copy ${files.join(', ')} yourself, then DROP DATABASE ${quoteName(name)}: what is not there need not be saved`,
      },
    );
}
