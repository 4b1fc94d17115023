import { LifeboatError } from '#platform/errors.ts';
import type { ComponentRecord, Finding } from '../../source.ts';
import type { Connection } from '../connection.ts';

/** What a restore must know of a server besides what a backup does. */
export interface Instance {
  /** Internal version of its own databases: 957 is SQL Server 2022. */
  databaseVersion: number;
  version: string;
  /** Folders for new files, as the server sees them. */
  data: string;
  log: string;
}

interface InstanceRow {
  databaseVersion: number;
  version: string;
  data: string | null;
  log: string | null;
}

export async function readInstance(connection: Connection, signal: AbortSignal): Promise<Instance> {
  const [row] = await connection.ask<InstanceRow>(
    `SELECT CAST(DATABASEPROPERTYEX(N'master', 'Version') AS int) AS databaseVersion,
        CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)) AS version,
        CAST(SERVERPROPERTY('InstanceDefaultDataPath') AS nvarchar(260)) AS data,
        CAST(SERVERPROPERTY('InstanceDefaultLogPath') AS nvarchar(260)) AS log`,
    signal,
  );
  const own = row?.data == null || row.log == null ? await masterFolder(connection, signal) : '';
  return {
    databaseVersion: Number(row?.databaseVersion ?? 0),
    version: row?.version ?? '',
    data: row?.data ?? own,
    log: row?.log ?? own,
  };
}

/** A server that does not tell its default folders puts new databases beside its own. */
async function masterFolder(connection: Connection, signal: AbortSignal): Promise<string> {
  const [row] = await connection.ask<{ path: string }>(
    'SELECT physical_name AS path FROM sys.master_files WHERE database_id = 1 AND file_id = 1',
    signal,
  );
  return (row?.path ?? '').replace(/[^\\/]*$/, '');
}

type MadeBy = { databaseVersion: number; softwareVersion: string };

/** Undefined if the server can restore it: no server reads files of a newer one (3169, after the whole file was read). */
export function newerFinding(
  { name }: Pick<ComponentRecord, 'name'>,
  madeBy: MadeBy,
  instance: Instance,
  place: string,
): Finding | undefined {
  if (madeBy.databaseVersion <= instance.databaseVersion) return undefined;
  return {
    level: 'problem',
    code: 'database-unsupported',
    message: `the backup of database ${name} was made by SQL Server ${madeBy.softwareVersion} (database version ${madeBy.databaseVersion}); ${place} is SQL Server ${instance.version} (${instance.databaseVersion}) and restores nothing from a newer one`,
    hint: 'restore it on a server of that version or a later one',
  };
}

/** The same for the file itself, whatever the manifest says. */
export function refuseNewer(
  record: ComponentRecord,
  madeBy: MadeBy,
  instance: Instance,
  place: string,
): void {
  const finding = newerFinding(record, madeBy, instance, place);
  if (finding === undefined) return;
  throw new LifeboatError('database-unsupported', finding.message, { hint: finding.hint ?? '' });
}
