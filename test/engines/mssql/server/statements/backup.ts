import { randomUUID } from 'node:crypto';
import type { Cursor } from '../../sql/cursor.ts';
import type { Expression } from '../../sql/expression.ts';
import { parseExpression } from '../../sql/parse-expression.ts';
import { serverMessage } from '../../sql/server-message.ts';
import { refusal, SqlFailure } from '../../sql/sql-failure.ts';
import { COMMAND } from '../../tds/reply.ts';
import {
  listSets,
  MediaFault,
  writeBlock,
  writeMediaHeader,
  writeSetEnd,
  writeSetHeader,
} from '../backup-set.ts';
import { contentBytes } from '../content-bytes.ts';
import { DiskFull, type OpenFile, OpenRefused, OS_ERROR } from '../disk.ts';
import { findDatabase, hasDatabaseRole, requireOpen } from '../lookup.ts';
import type { Database, ServerState } from '../model.ts';
import { findDamagedPage, PAGE } from '../pages.ts';
import { trackProgress } from '../progress.ts';
import { type Context, evaluate, informAndClose, type Statement } from '../statement.ts';

interface Options {
  path: string;
  name: string | null;
  init: boolean;
  format: boolean;
  checksum: boolean;
  compression: boolean;
  copyOnly: boolean;
  stats: number | undefined;
}

/** BACKUP DATABASE name TO DISK = path WITH options. */
export function parseBackup(cursor: Cursor): Statement {
  cursor.expect('backup');
  const what = cursor.oneOf('database', 'log');
  const name = cursor.name();
  cursor.expect('to', 'disk', '=');
  const path = parseExpression(cursor);
  const given = cursor.accept('with') ? parseOptions(cursor) : new Map<string, Expression | undefined>();
  const verb = `BACKUP ${what.toUpperCase()}`;
  return {
    command: verb,
    async run(context) {
      try {
        await backup(context, what, name, readOptions(context, path, given));
      } catch (error) {
        if (!(error instanceof SqlFailure)) throw error;
        if (error.messages.some(({ number }) => number === 3013)) throw error;
        throw new SqlFailure([...error.messages, serverMessage(3013, verb)]);
      }
    },
  };
}

const SWITCHES =
  `copy_only init noinit format noformat checksum no_checksum compression no_compression skip noskip
  norewind nounload rewind unload stop_on_error continue_after_error`.split(/\s+/);
const WITH_VALUE = [
  'name',
  'description',
  'stats',
  'buffercount',
  'maxtransfersize',
  'blocksize',
  'medianame',
];

/** Options by name, with their value where they have one. */
function parseOptions(cursor: Cursor): Map<string, Expression | undefined> {
  const options = new Map<string, Expression | undefined>();
  do {
    const option = cursor.oneOf(...SWITCHES, ...WITH_VALUE);
    const hasValue = WITH_VALUE.includes(option) && (option !== 'stats' || cursor.at('='));
    if (hasValue) cursor.expect('=');
    options.set(option, hasValue ? parseExpression(cursor) : undefined);
  } while (cursor.accept(','));
  return options;
}

function readOptions(
  context: Context,
  path: Expression,
  given: Map<string, Expression | undefined>,
): Options {
  const value = (option: string): Expression | undefined => given.get(option);
  const name = value('name');
  return {
    path: String(evaluate(path, context)),
    name: name ? String(evaluate(name, context)) : null,
    init: given.has('init') || given.has('format'),
    format: given.has('format'),
    // Compression brings checksums with it unless they are refused.
    checksum: given.has('checksum') || (given.has('compression') && !given.has('no_checksum')),
    compression: given.has('compression'),
    copyOnly: given.has('copy_only'),
    stats: readStats(context, given),
  };
}

export function readStats(context: Context, given: Map<string, Expression | undefined>): number | undefined {
  if (!given.has('stats')) return undefined;
  const stats = given.get('stats');
  return stats ? Number(evaluate(stats, context)) : 10;
}

/** Editions that do not compress; Web has the EngineEdition of Standard, which does. */
const NO_COMPRESSION = /^(?:Express|Web) /;

async function backup(context: Context, what: string, name: string, options: Options): Promise<void> {
  const { state, session } = context;
  const database = findDatabase(state, name);
  if (!database) throw refusal(911, name);
  if (!hasDatabaseRole(session.login, database, 'db_owner', 'db_backupoperator')) {
    throw refusal(262, `BACKUP ${what.toUpperCase()}`, database.name);
  }
  if (database.name === 'tempdb') throw refusal(3147);
  if (what === 'log') throw refusal(database.recovery === 'SIMPLE' ? 4208 : 4214);
  if (options.compression && NO_COMPRESSION.test(state.edition)) throw refusal(1844, state.edition);
  requireOpen(database);
  if (session.inTransaction) throw refusal(3021);
  const { file: device, position } = openDevice(state, options);
  using _closed = device;
  const pages = await writeSet(context, database, options, device);
  for (const [index, file] of database.files.entries()) {
    const own = index === 0 ? pages : 2;
    informAndClose(context, COMMAND.backup, 4035, own, database.name, file.logical, position);
  }
  informAndClose(context, COMMAND.backup, 3014, 'BACKUP DATABASE', pages + 2, '0.050', '20.000');
}

/** FORMAT writes a new file, INIT a new first set in a file that is a backup, neither adds a set. */
function openDevice(state: ServerState, options: Options): { file: OpenFile; position: number } {
  try {
    let position = 1;
    if (!options.format && state.disk.size(options.path) > 0) {
      using old = state.disk.open(options.path, 'read');
      const sets = listSets(old);
      if (!options.init) position = sets.length + 1;
    }
    const file = state.disk.open(options.path, position === 1 ? 'create' : 'append');
    if (position === 1) writing(options.path, () => writeMediaHeader(file));
    return { file, position };
  } catch (error) {
    if (error instanceof OpenRefused) throw refusal(3201, options.path, error.reason);
    if (error instanceof MediaFault) throw refusal(3241, options.path);
    throw error;
  }
}

/** Says what the disk's being full means to a BACKUP. */
function writing<Result>(path: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    if (error instanceof DiskFull) throw refusal(3202, path, OS_ERROR.full);
    throw error;
  }
}

const BLOCK = PAGE * 32;

async function writeSet(
  context: Context,
  database: Database,
  options: Options,
  device: OpenFile,
): Promise<number> {
  const { state } = context;
  const data = database.files.filter(({ kind }) => kind === 'D');
  const total = data.reduce((sum, { physical }) => sum + state.disk.size(physical), 0);
  const block = Math.min(BLOCK, Math.max(PAGE, Math.floor(total / 100 / PAGE) * PAGE));
  const progress = trackProgress(context, COMMAND.backup, total, options.stats);
  const write = (act: () => void): void => writing(options.path, act);
  write(() => writeSetHeader(device, headerOf(context, database, options)));
  write(() => writeBlock(device, contentBytes(database.content), options.compression));
  for (const { id, physical } of data) {
    using source = state.disk.open(physical, 'read');
    for (let at = 0; at < source.size; at += block) {
      const bytes = source.read(at, block);
      const damaged = options.checksum ? findDamagedPage(bytes) : undefined;
      if (damaged !== undefined) throw refusal(3043, database.name, id, at / PAGE + damaged, physical);
      write(() => writeBlock(device, bytes, options.compression));
      await progress.advance(bytes.length);
    }
  }
  write(() => writeSetEnd(device, Temporal.Now.plainDateTimeISO().toString()));
  return Math.ceil(total / PAGE);
}

function headerOf({ state, session }: Context, database: Database, options: Options) {
  return {
    database: database.name,
    databaseVersion: state.databaseVersion,
    version: [...state.version] as [number, number, number],
    server: state.name,
    user: session.login.name,
    name: options.name,
    compatibility: database.compatibility,
    recovery: database.recovery,
    access: database.access,
    readOnly: database.readOnly,
    asyncStatistics: database.asyncStatistics,
    checksum: options.checksum,
    copyOnly: options.copyOnly,
    compressed: options.compression,
    started: Temporal.Now.plainDateTimeISO().toString(),
    created: database.created.toString(),
    family: database.family,
    set: randomUUID().toUpperCase(),
    certificate: database.certificate?.toString('hex') ?? null,
    files: database.files.map((file) => ({ ...file, bytes: state.disk.size(file.physical) })),
  };
}
