import type { Connection } from '../connection.ts';
import { quoteText } from '../quote-name.ts';

/** A database as sys.databases has it. */
export interface LiveDatabase {
  /** Its true name: on most servers `AC` and `ac` are one. */
  name: string;
  /** Stays through every rename. */
  id: number;
  /** ONLINE, RESTORING, SUSPECT, OFFLINE .. */
  state: string;
  /** MULTI_USER, SINGLE_USER, RESTRICTED_USER. */
  access: string;
  recovery: string;
  compatibility: number;
  trustworthy: boolean;
  asyncStatistics: boolean;
  broker: boolean;
  /** Null if its login is gone. */
  owner: string | null;
  /** Not null: it belongs to an availability group. */
  replica: string | null;
}

/** A file of a live database. */
export interface LiveFile {
  fileId: number;
  logicalName: string;
  physicalName: string;
  /** ROWS, LOG, FILESTREAM, FULLTEXT. */
  type: string;
  bytes: number;
}

const COLUMNS = `name, database_id AS id, state_desc AS state, user_access_desc AS access,
  recovery_model_desc AS recovery, compatibility_level AS compatibility, is_trustworthy_on AS trustworthy,
  is_auto_update_stats_async_on AS asyncStatistics, is_broker_enabled AS broker,
  SUSER_SNAME(owner_sid) AS owner, replica_id AS replica`;

/** Undefined if the server has no database of that name, as it compares names. */
export async function readDatabase(
  connection: Connection,
  name: string,
  signal: AbortSignal,
): Promise<LiveDatabase | undefined> {
  const [row] = await connection.ask<LiveDatabase>(
    `SELECT ${COLUMNS} FROM sys.databases WHERE database_id = DB_ID(${quoteText(name)})`,
    signal,
  );
  return row;
}

export async function readDatabases(connection: Connection, signal: AbortSignal): Promise<LiveDatabase[]> {
  return await connection.ask<LiveDatabase>(`SELECT ${COLUMNS} FROM sys.databases`, signal);
}

/** Known to the server even while the database is not online. */
export async function readFiles(
  connection: Connection,
  databaseId: number,
  signal: AbortSignal,
): Promise<LiveFile[]> {
  const rows = await connection.ask<Omit<LiveFile, 'bytes'> & { pages: number }>(
    `SELECT file_id AS fileId, name AS logicalName, physical_name AS physicalName, type_desc AS type,
        size AS pages
      FROM sys.master_files WHERE database_id = ${databaseId} ORDER BY file_id`,
    signal,
  );
  return rows.map(({ pages, ...file }) => ({ ...file, bytes: Number(pages) * PAGE }));
}

const PAGE = 8192;
