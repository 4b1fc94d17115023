import { createHash } from 'node:crypto';
import { LifeboatError } from '#platform/errors.ts';
import type { MemberReader, StageOptions } from '../../../restore-target.ts';
import type { ComponentRecord } from '../../../source.ts';
import type { Connection, MssqlServer } from '../../connection.ts';
import { mssqlDatabaseDetails } from '../../format.ts';
import { openBackup } from '../../open-backup.ts';
import { quoteName, quoteText } from '../../quote-name.ts';
import { type BackupHeader, readHeader } from '../../read-header.ts';
import { runLong } from '../../run-long.ts';
import { serverNumber } from '../../server-number.ts';
import type { Staging } from '../../staging.ts';
import { type Instance, refuseNewer } from '../read-instance.ts';
import { readDatabase, readFiles } from '../read-live.ts';
import { type FilePlace, type PlacedFile, placeFiles } from './place-files.ts';
import { writeStagedFile } from './write-staged-file.ts';

export interface RestoreDatabaseParts {
  record: ComponentRecord;
  /** The name it is restored under. */
  staged: string;
  /** Name of the .bak in the staging folder. */
  file: string;
  /** Unique part of the names of its files. */
  run: string;
  /** Where the files of the live one lay, if there is none any more. */
  home: readonly FilePlace[];
  server: MssqlServer;
  instance: Instance;
  staging: Staging;
  stallMs: number;
}

/**
 * Restores a database under its staging name, each of its files in a place of its own: the .bak goes into the staging
 * folder, is looked at, restored, and removed from there in every path. A restore that fails or is stopped leaves the
 * staging name RESTORING: whoever asked for it drops it.
 */
export async function restoreDatabase(
  connection: Connection,
  parts: RestoreDatabaseParts,
  archive: MemberReader,
  { signal, onBytes }: StageOptions,
): Promise<void> {
  const { record, staging } = parts;
  const halves = inHalves(record, onBytes);
  const content = asSaved(record, openBackup(record, archive, signal));
  await using file = await writeStagedFile(staging, parts.file, content, { signal, onBytes: halves.written });
  const header = await headerOf(connection, record, file.onServer, parts.stallMs, signal);
  refuseOther(record, header);
  refuseNewer(record, header, parts.instance, connection.place);
  const files = await placed(connection, parts, header, signal);
  const result = await runLong(connection, restoreSql(parts.staged, file.onServer, header, files), {
    signal,
    server: parts.server,
    stallMs: parts.stallMs,
    what: `RESTORE of database ${record.name}`,
    onPercent: halves.restored,
  });
  requireSuccess(record, result.numbers, connection.place);
}

/** The archive's own hashes are of members; this one was taken while the server's file was read. */
async function* asSaved(
  record: ComponentRecord,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const sha256 = createHash('sha256');
  let bytes = 0;
  for await (const chunk of content) {
    sha256.update(chunk);
    bytes += chunk.length;
    yield chunk;
  }
  if (bytes === record.bytes && sha256.digest('hex') === record.sha256) return;
  throw new LifeboatError(
    'archive-damaged',
    `the backup file of ${record.id} in the archive is not the one that was saved`,
    { hint: 'nothing live was changed; choose another archive' },
  );
}

/** Writing the file is half of the work, reading it back into a database the other. */
function inHalves(
  { bytes, name }: ComponentRecord,
  onBytes: StageOptions['onBytes'],
): { written: (bytes: number) => void; restored: (percent: number) => void } {
  let reported = 0;
  const report = (until: number, item: string): void => {
    const now = Math.min(bytes, Math.floor(until));
    if (now > reported) onBytes(now - reported, item);
    reported = Math.max(reported, now);
  };
  let written = 0;
  return {
    written(more) {
      written += more;
      report(written / 2, `database ${name}: backup file`);
    },
    restored: (percent) => report(bytes / 2 + (bytes * percent) / 200, `database ${name}: RESTORE`),
  };
}

/** Of a file that is cut the server lists a set without facts. */
async function headerOf(
  connection: Connection,
  record: ComponentRecord,
  path: string,
  stallMs: number,
  signal: AbortSignal,
): Promise<BackupHeader> {
  try {
    return await readHeader(connection, path, signal, stallMs);
  } catch (error) {
    const told = error instanceof LifeboatError && serverNumber(error) === undefined;
    if (!told || error.code !== 'database-failed') throw error;
    throw new LifeboatError(
      'archive-damaged',
      `the backup file of ${record.id} is not whole: ${error.message}`,
      {
        hint: 'nothing live was changed; choose another archive',
        cause: error,
      },
    );
  }
}

/** The file must be the one that the manifest tells of, and hold nothing else. */
function refuseOther(record: ComponentRecord, header: BackupHeader): void {
  const { backupSetGuid } = mssqlDatabaseDetails(record);
  const whole = header.type === 1 && header.sets === 1 && !header.damaged;
  if (whole && header.backupSetGuid === backupSetGuid.toLowerCase()) return;
  const why = header.damaged
    ? 'the server marks it as damaged'
    : 'it is not the one that the manifest tells of';
  throw new LifeboatError('archive-damaged', `the backup file of ${record.id} cannot be restored: ${why}`, {
    hint: 'nothing live was changed; choose another archive',
  });
}

async function placed(
  connection: Connection,
  { record, run, home, instance }: RestoreDatabaseParts,
  header: BackupHeader,
  signal: AbortSignal,
): Promise<PlacedFile[]> {
  const database = await readDatabase(connection, record.name, signal);
  const live = database === undefined ? home : await readFiles(connection, database.id, signal);
  return placeFiles(header.files, { database: record.name, run, live, ...instance });
}

function restoreSql(
  staged: string,
  path: string,
  header: BackupHeader,
  files: readonly PlacedFile[],
): string {
  const options = [
    'FILE = 1',
    ...files.map((file) => `MOVE ${quoteText(file.logicalName)} TO ${quoteText(file.physicalName)}`),
    ...(header.hasBackupChecksums ? ['CHECKSUM'] : []),
    'RECOVERY',
    'STATS = 5',
  ];
  return `RESTORE DATABASE ${quoteName(staged)} FROM DISK = ${quoteText(path)} WITH ${options.join(', ')}`;
}

const SUCCESSFULLY_PROCESSED = 3014;

function requireSuccess(record: ComponentRecord, numbers: ReadonlySet<number>, place: string): void {
  if (numbers.has(SUCCESSFULLY_PROCESSED)) return;
  throw new LifeboatError(
    'database-failed',
    `RESTORE of database ${record.name} on ${place} ended without saying that it succeeded (message 3014)`,
    { hint: 'nothing live was changed; see the error log of the server' },
  );
}
