import { refusal } from '../sql/sql-failure.ts';
import { type ColumnType, nvarchar, TYPE, type Value, varbinary } from '../tds/column-types.ts';
import { COMMAND } from '../tds/reply.ts';
import { type BackupSet, MediaFault, readBlocks } from './backup-set.ts';
import { trackProgress } from './progress.ts';
import { readDevice, requireCertificate, requireSet } from './read-device.ts';
import { type Context, informAndClose, sendRows } from './statement.ts';
import type { RestoreOptions } from './statements/restore.ts';

/** RESTORE HEADERONLY: one row for each set of the file. */
export async function listBackupSets(context: Context, { path }: RestoreOptions): Promise<void> {
  const { file, sets } = readDevice(context.state, path);
  using _closed = file;
  const rows = sets.map((set) => headerRow(set, context));
  const columns = (rows[0] ?? headerRow(EMPTY_SET, context)).map(([name, type]) => ({ name, type }));
  await sendRows(
    context,
    columns,
    rows.map((row) => row.map(([, , value]) => value)),
    COMMAND.list,
  );
  context.reply.done(undefined, COMMAND.header);
}

type Cell = readonly [name: string, type: ColumnType, value: Value];

const EMPTY_SET: BackupSet = {
  position: 0,
  header: undefined,
  bytes: 0,
  storedBytes: 0,
  finished: '',
  start: 0,
};
const FULL_BACKUP = 1;
const DISK_FILE = 2;
const MICROSOFT = 4608;

function headerRow(set: BackupSet, { state }: Context): Cell[] {
  const { header } = set;
  const known = <Of extends Value>(value: Of): Of | null => (header ? value : null);
  const lsn = known(38_000_000_012_300_037n);
  const started = header ? Temporal.PlainDateTime.from(header.started) : null;
  return [
    ['BackupName', TYPE.sysname, header ? header.name : '*** INCOMPLETE ***'],
    ['BackupDescription', nvarchar(255), null],
    ['BackupType', TYPE.tinyint, known(FULL_BACKUP)],
    ['ExpirationDate', TYPE.datetime, null],
    ['Compressed', TYPE.tinyint, known(header?.compressed ? 1 : 0)],
    ['Position', TYPE.smallint, set.position],
    ['DeviceType', TYPE.tinyint, known(DISK_FILE)],
    ['UserName', TYPE.sysname, header?.user ?? null],
    ['ServerName', TYPE.sysname, header?.server ?? null],
    ['DatabaseName', TYPE.sysname, header?.database ?? null],
    ['DatabaseVersion', TYPE.int, header?.databaseVersion ?? null],
    ['DatabaseCreationDate', TYPE.datetime, header ? Temporal.PlainDateTime.from(header.created) : null],
    ['BackupSize', TYPE.bigint, known(BigInt(set.bytes))],
    ['FirstLSN', TYPE.lsn, lsn],
    ['LastLSN', TYPE.lsn, lsn],
    ['CheckpointLSN', TYPE.lsn, lsn],
    ['DatabaseBackupLSN', TYPE.lsn, known(0n)],
    ['BackupStartDate', TYPE.datetime, started],
    ['BackupFinishDate', TYPE.datetime, header ? Temporal.PlainDateTime.from(set.finished) : null],
    ['SortOrder', TYPE.smallint, known(52)],
    ['CodePage', TYPE.smallint, known(0)],
    ['UnicodeLocaleId', TYPE.int, known(1033)],
    ['UnicodeComparisonStyle', TYPE.int, known(196_609)],
    ['CompatibilityLevel', TYPE.tinyint, header?.compatibility ?? null],
    ['SoftwareVendorId', TYPE.int, known(MICROSOFT)],
    ['SoftwareVersionMajor', TYPE.int, header?.version[0] ?? null],
    ['SoftwareVersionMinor', TYPE.int, header?.version[1] ?? null],
    ['SoftwareVersionBuild', TYPE.int, header?.version[2] ?? null],
    ['MachineName', TYPE.sysname, header?.server ?? null],
    ['Flags', TYPE.int, known(512 + (header?.checksum ? 16 : 0) + (header?.copyOnly ? 1024 : 0))],
    ['BindingID', TYPE.guid, header?.family ?? null],
    ['RecoveryForkID', TYPE.guid, header?.family ?? null],
    ['Collation', TYPE.sysname, known('SQL_Latin1_General_CP1_CI_AS')],
    ['FamilyGUID', TYPE.guid, header?.family ?? null],
    ['HasBulkLoggedData', TYPE.bit, known(false)],
    ['IsSnapshot', TYPE.bit, known(false)],
    ['IsReadOnly', TYPE.bit, header?.readOnly ?? null],
    ['IsSingleUser', TYPE.bit, known(header?.access === 'SINGLE_USER')],
    ['HasBackupChecksums', TYPE.bit, header?.checksum ?? null],
    ['IsDamaged', TYPE.bit, known(false)],
    ['BeginsLogChain', TYPE.bit, known(false)],
    ['HasIncompleteMetaData', TYPE.bit, known(false)],
    ['IsForceOffline', TYPE.bit, known(false)],
    ['IsCopyOnly', TYPE.bit, header?.copyOnly ?? null],
    ['FirstRecoveryForkID', TYPE.guid, header?.family ?? null],
    ['ForkPointLSN', TYPE.lsn, null],
    ['RecoveryModel', nvarchar(60), header?.recovery ?? null],
    ['DifferentialBaseLSN', TYPE.lsn, null],
    ['DifferentialBaseGUID', TYPE.guid, null],
    ['BackupTypeDescription', nvarchar(60), known('Database')],
    ['BackupSetGUID', TYPE.guid, header?.set ?? null],
    ['CompressedBackupSize', TYPE.bigint, known(BigInt(set.storedBytes))],
    ['Containment', TYPE.tinyint, known(0)],
    ...newerColumns(set, state.version[0]),
  ];
}

/** 2014 added encryption of backups, 2022 the time of the last valid restore, its zone and the algorithm. */
function newerColumns({ header, finished }: BackupSet, major: number): Cell[] {
  if (major < 12) return [];
  const encryption: Cell[] = [
    ['KeyAlgorithm', nvarchar(32), null],
    ['EncryptorThumbprint', varbinary(20), null],
    ['EncryptorType', nvarchar(32), null],
  ];
  if (major < 16) return encryption;
  return [
    ...encryption,
    ['LastValidRestoreTime', TYPE.datetime, header ? Temporal.PlainDateTime.from(finished) : null],
    ['TimeZone', TYPE.tinyint, header ? 0 : null],
    ['CompressionAlgorithm', nvarchar(32), header?.compressed ? 'MS_XPRESS' : null],
  ];
}

/** RESTORE FILELISTONLY: one row for each file of the database. */
export async function listFiles(context: Context, { path, position }: RestoreOptions): Promise<void> {
  const { file: device, sets } = readDevice(context.state, path);
  using _closed = device;
  const set = requireSet(sets, position, path);
  requireCertificate(context.state, set);
  const rows = set.header.files.map((file): Cell[] => {
    const isLog = file.kind === 'L';
    return [
      ['LogicalName', TYPE.sysname, file.logical],
      ['PhysicalName', nvarchar(260), file.physical],
      ['Type', nvarchar(1), file.kind],
      ['FileGroupName', TYPE.sysname, isLog ? null : 'PRIMARY'],
      ['Size', TYPE.bigint, BigInt(file.bytes)],
      ['MaxSize', TYPE.bigint, isLog ? 2_199_023_255_552n : 35_184_372_080_640n],
      ['FileId', TYPE.bigint, BigInt(file.id)],
      ['CreateLSN', TYPE.lsn, 0n],
      ['DropLSN', TYPE.lsn, 0n],
      ['UniqueId', TYPE.guid, set.header.set],
      ['ReadOnlyLSN', TYPE.lsn, 0n],
      ['ReadWriteLSN', TYPE.lsn, 0n],
      ['BackupSizeInBytes', TYPE.bigint, isLog ? 0n : BigInt(file.bytes)],
      ['SourceBlockSize', TYPE.int, 4096],
      ['FileGroupId', TYPE.int, isLog ? 0 : 1],
      ['LogGroupGUID', TYPE.guid, null],
      ['DifferentialBaseLSN', TYPE.lsn, 0n],
      ['DifferentialBaseGUID', TYPE.guid, null],
      ['IsReadOnly', TYPE.bit, false],
      ['IsPresent', TYPE.bit, true],
      [
        'TDEThumbprint',
        varbinary(32),
        set.header.certificate ? Buffer.from(set.header.certificate, 'hex') : null,
      ],
      ['SnapshotUrl', nvarchar(360), null],
    ];
  });
  const columns = (rows[0] as Cell[]).map(([name, type]) => ({ name, type }));
  await sendRows(
    context,
    columns,
    rows.map((row) => row.map(([, , value]) => value)),
    COMMAND.list,
  );
  context.reply.done(undefined, COMMAND.files);
}

/** RESTORE VERIFYONLY: reads the set to its end, and compares checksums where it has them. */
export async function verifyBackup(context: Context, options: RestoreOptions): Promise<void> {
  const { file, sets } = readDevice(context.state, options.path);
  using _closed = file;
  const set = requireSet(sets, options.position, options.path);
  if (options.checksum && !set.header.checksum) throw refusal(3187);
  requireCertificate(context.state, set);
  const progress = trackProgress(context, COMMAND.restore, set.bytes, options.stats);
  try {
    for (const block of readBlocks(file, set, set.header.checksum)) await progress.advance(block.length);
  } catch (error) {
    if (error instanceof MediaFault)
      throw error.kind === 'cut' ? refusal(3203, options.path, error.reason) : refusal(3189);
    throw error;
  }
  informAndClose(context, COMMAND.restore, 3262, options.position);
}
