import * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import type { Connection } from './connection.ts';
import type { MssqlDatabaseDetails, MssqlDatabaseFile } from './format.ts';
import { parseRows } from './parse-rows.ts';
import { quoteText } from './quote-name.ts';

/** What a .bak says about itself. */
export interface BackupHeader
  extends Pick<
    MssqlDatabaseDetails,
    | 'databaseVersion'
    | 'softwareVersion'
    | 'hasBackupChecksums'
    | 'compressed'
    | 'compatibilityLevel'
    | 'recoveryModel'
    | 'collation'
    | 'backupStart'
    | 'backupFinish'
    | 'backupSetGuid'
    | 'files'
  > {
  database: string;
  /** 1: a whole database. */
  type: number;
  /** Number of backups in the file; ours hold one. */
  sets: number;
  copyOnly: boolean;
  damaged: boolean;
  /** Bytes that the backup takes in the file, which has some more of its own. */
  bytes: number;
}

const number = z.coerce.number();
/** The server's own clock; the driver takes it for UTC. */
const time = z.date().transform((date) => date.toISOString().slice(0, 19));

const HEADER = z.object({
  DatabaseName: z.string(),
  BackupType: number,
  Compressed: number,
  DatabaseVersion: number,
  BackupSize: number,
  CompressedBackupSize: number.nullish(),
  BackupStartDate: time,
  BackupFinishDate: time,
  CompatibilityLevel: number,
  SoftwareVersionMajor: number,
  SoftwareVersionMinor: number,
  SoftwareVersionBuild: number,
  Collation: z.string(),
  HasBackupChecksums: z.coerce.boolean(),
  IsDamaged: z.coerce.boolean(),
  IsCopyOnly: z.coerce.boolean(),
  RecoveryModel: z.enum(['FULL', 'SIMPLE', 'BULK-LOGGED']),
  BackupSetGUID: z.string(),
});

const FILE = z.object({
  LogicalName: z.string(),
  PhysicalName: z.string(),
  Type: z
    .string()
    .transform((type) => type.trim())
    .pipe(z.enum(['D', 'L', 'S', 'F'])),
  FileGroupName: z.string().nullish(),
  Size: number,
  FileId: number,
});

/**
 * RESTORE HEADERONLY and FILELISTONLY of a file that the server sees. Throws the server's error (3201 it cannot open
 * it, 3241 it is no backup), or `database-failed` for an answer that is none.
 */
export async function readHeader(
  connection: Connection,
  path: string,
  signal: AbortSignal,
  limitMs?: number,
): Promise<BackupHeader> {
  const disk = `FROM DISK = ${quoteText(path)}`;
  const headers = parseRows(HEADER, await connection.ask(`RESTORE HEADERONLY ${disk}`, signal, limitMs), {
    what: 'RESTORE HEADERONLY',
    place: connection.place,
  });
  const files = parseRows(FILE, await connection.ask(`RESTORE FILELISTONLY ${disk}`, signal, limitMs), {
    what: 'RESTORE FILELISTONLY',
    place: connection.place,
  });
  const [header] = headers;
  if (header === undefined) {
    throw new LifeboatError('database-failed', `${connection.place} finds no backup in ${path}`);
  }
  return {
    database: header.DatabaseName,
    type: header.BackupType,
    sets: headers.length,
    copyOnly: header.IsCopyOnly,
    damaged: header.IsDamaged,
    bytes: header.CompressedBackupSize ?? header.BackupSize,
    databaseVersion: header.DatabaseVersion,
    softwareVersion: [
      header.SoftwareVersionMajor,
      header.SoftwareVersionMinor,
      header.SoftwareVersionBuild,
    ].join('.'),
    hasBackupChecksums: header.HasBackupChecksums,
    compressed: header.Compressed === 1,
    compatibilityLevel: header.CompatibilityLevel,
    recoveryModel: header.RecoveryModel,
    collation: header.Collation,
    backupStart: header.BackupStartDate,
    backupFinish: header.BackupFinishDate,
    backupSetGuid: header.BackupSetGUID.toLowerCase(),
    files: files.map(fileOf),
  };
}

function fileOf(file: z.infer<typeof FILE>): MssqlDatabaseFile {
  return {
    logicalName: file.LogicalName,
    physicalName: file.PhysicalName,
    type: file.Type,
    ...(file.FileGroupName ? { filegroup: file.FileGroupName } : {}),
    fileId: file.FileId,
    bytes: file.Size,
  };
}
