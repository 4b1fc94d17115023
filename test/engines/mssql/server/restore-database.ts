import { serverMessage } from '../sql/server-message.ts';
import { refusal, SqlFailure } from '../sql/sql-failure.ts';
import { COMMAND } from '../tds/reply.ts';
import { MediaFault, readBlocks } from './backup-set.ts';
import { readContent } from './content-bytes.ts';
import { createDatabase } from './create-database.ts';
import { tooLittleSpace } from './database-files.ts';
import { DiskFull, type OpenFile, OpenRefused, OS_ERROR } from './disk.ts';
import { findDatabase, hasServerRole, sessionsIn } from './lookup.ts';
import type { Database, DataFile, ServerState } from './model.ts';
import { PAGE } from './pages.ts';
import { trackProgress } from './progress.ts';
import { type FinishedSet, readDevice, requireCertificate, requireSet } from './read-device.ts';
import { type Context, informAndClose } from './statement.ts';
import type { RestoreOptions } from './statements/restore.ts';
import { spaceAt } from './table-functions.ts';

/**
 * RESTORE DATABASE. Everything that can be refused is refused before anything is changed; from then on until the end
 * the database is RESTORING, and stays so if it fails or is cancelled.
 */
export async function restoreDatabase(
  context: Context,
  name: string,
  options: RestoreOptions,
): Promise<void> {
  const { state, session } = context;
  const existing = findDatabase(state, name);
  if (session.inTransaction) throw refusal(3021);
  requireRight(context, name, existing);
  const { file, sets } = readDevice(state, options.path);
  using _closed = file;
  const set = requireSet(sets, options.position, options.path);
  requireFitting(context, name, existing, set, options);
  const files = planFiles(state, name, existing, set, options);

  const database = existing ?? createDatabase(state, name, { ownerSid: session.login.sid, files });
  database.state = 'RESTORING';
  if (!existing) state.databases.push(database);
  await copyPages(context, database, set, file, files, options);
  for (const [index, { logical }] of files.entries()) {
    const pages = index === 0 ? Math.ceil(set.bytes / PAGE) : 2;
    informAndClose(context, COMMAND.restore, 4035, pages, name, logical, options.position);
  }
  if (options.recovery) database.state = 'ONLINE';
  const pages = Math.ceil(set.bytes / PAGE) + 2;
  informAndClose(context, COMMAND.restore, 3014, 'RESTORE DATABASE', pages, '0.050', '20.000');
}

function requireRight({ session }: Context, name: string, existing: Database | undefined): void {
  const { login } = session;
  if (hasServerRole(login, 'dbcreator') || existing?.ownerSid.equals(login.sid)) return;
  throw existing ? refusal(3110, name) : refusal(262, 'CREATE DATABASE', 'master');
}

function requireFitting(
  context: Context,
  name: string,
  existing: Database | undefined,
  set: FinishedSet,
  options: RestoreOptions,
): void {
  const { state, session } = context;
  const { header } = set;
  if (header.databaseVersion > state.databaseVersion) {
    throw refusal(3169, dotted(header.version), dotted(state.version));
  }
  requireCertificate(state, set);
  if (options.checksum && !header.checksum) throw refusal(3187);
  if (!existing) return;
  if (session.database === existing) throw refusal(3102, name);
  if (sessionsIn(state, existing).length > 0) throw refusal(3101);
  if (options.replace || existing.state === 'RESTORING') return;
  if (existing.family !== header.family) throw refusal(3154, existing.name);
  if (existing.recovery !== 'SIMPLE') throw refusal(3159, existing.name);
}

function dotted([major, minor, build]: readonly [number, number, number]): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${two(major)}.${two(minor)}.${String(build).padStart(4, '0')}`;
}

/** Where each file will lie. Throws everything that is wrong with it at once, as the server plans a RESTORE. */
function planFiles(
  state: ServerState,
  name: string,
  existing: Database | undefined,
  set: FinishedSet,
  options: RestoreOptions,
): DataFile[] {
  const { header } = set;
  for (const { logical } of options.moves) {
    if (!header.files.some((file) => file.logical === logical)) throw refusal(3234, logical, name);
  }
  const files = header.files.map(({ id, logical, physical, kind }) => ({
    id,
    logical,
    kind,
    physical: options.moves.find((move) => move.logical === logical)?.to ?? physical,
  }));
  const problems = files.flatMap((file) => problemsOf(state, file, existing, options.replace));
  if (problems.length > 0) throw new SqlFailure([...problems, serverMessage(3119)]);
  requireSpace(state, set, files);
  return files;
}

function problemsOf(state: ServerState, file: DataFile, existing: Database | undefined, replaces: boolean) {
  const holder = state.databases.find(
    (other) =>
      other !== existing && other.files.some(({ physical }) => samePath(state, physical, file.physical)),
  );
  const cannot = serverMessage(3156, file.logical, file.physical);
  if (holder) return [serverMessage(1834, file.physical, holder.name), cannot];
  const there = state.disk.exists(file.physical);
  const isOwn = existing?.files.some(({ physical }) => samePath(state, physical, file.physical)) ?? false;
  if (there.file && !isOwn && !replaces) return [serverMessage(3142, file.logical, file.physical)];
  if (there.parent) return [];
  return [serverMessage(5133, file.physical, there.file ? OS_ERROR.denied : OS_ERROR.noPath), cannot];
}

function samePath(state: ServerState, left: string, right: string): boolean {
  return state.host === 'Windows' ? left.toLowerCase() === right.toLowerCase() : left === right;
}

function requireSpace(state: ServerState, set: FinishedSet, files: readonly DataFile[]): void {
  const needed = set.header.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const path = files[0]?.physical ?? state.dataPath;
  const space = spaceAt(state, path);
  if (space && space.free < BigInt(needed)) {
    throw new SqlFailure([tooLittleSpace(state, path, needed), serverMessage(3119)]);
  }
}

async function copyPages(
  context: Context,
  database: Database,
  set: FinishedSet,
  device: OpenFile,
  files: DataFile[],
  options: RestoreOptions,
): Promise<void> {
  const { state } = context;
  const progress = trackProgress(context, COMMAND.restore, dataBytes(set), options.stats);
  database.files = files;
  const blocks = readBlocks(device, set, set.header.checksum);
  let page = 0;
  try {
    const content = readContent(blocks.next().value as Buffer);
    for (const [index, { physical, kind }] of files.entries()) {
      using opened = state.disk.open(physical, 'create');
      if (kind === 'L') opened.write(Buffer.alloc(65_536));
      else {
        await copyFile(opened, set.header.files[index]?.bytes ?? 0, blocks, async (bytes) => {
          page += bytes / PAGE;
          await progress.advance(bytes);
        });
      }
    }
    adopt(database, set, content);
  } catch (error) {
    throw readable(error, database, files, page, options.path);
  }
}

function dataBytes({ header }: FinishedSet): number {
  return header.files.reduce((sum, { bytes, kind }) => sum + (kind === 'D' ? bytes : 0), 0);
}

/** One file's bytes from the blocks, none of which spans two files. */
async function copyFile(
  to: OpenFile,
  bytes: number,
  blocks: Generator<Buffer>,
  advance: (bytes: number) => Promise<void>,
): Promise<void> {
  while (to.size < bytes) {
    const next = blocks.next();
    if (next.done) throw new MediaFault('cut');
    to.write(next.value);
    await advance(next.value.length);
  }
}

function adopt(database: Database, set: FinishedSet, content: Database['content']): void {
  const { header } = set;
  Object.assign(database, {
    content,
    access: header.access,
    readOnly: header.readOnly,
    asyncStatistics: header.asyncStatistics,
    recovery: header.recovery,
    compatibility: header.compatibility,
    family: header.family,
    certificate: header.certificate === null ? undefined : Buffer.from(header.certificate, 'hex'),
    // What the backup cannot say of itself on another server.
    trustworthy: false,
    created: Temporal.Now.plainDateTimeISO(),
  });
}

function readable(
  error: unknown,
  database: Database,
  files: readonly DataFile[],
  page: number,
  path: string,
): unknown {
  if (error instanceof MediaFault) {
    return error.kind === 'cut' ? refusal(3203, path, error.reason) : refusal(3183, 1, page, database.name);
  }
  const first = files[0]?.physical ?? '';
  if (error instanceof DiskFull) return refusal(3202, first, OS_ERROR.full);
  if (error instanceof OpenRefused) return refusal(5123, error.reason, first);
  return error;
}
