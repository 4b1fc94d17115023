import type { Column, Value } from '../tds/column-types.ts';
import type { Connection } from '../tds/handler.ts';
import type { Version } from '../tds/prelogin.ts';
import type { Disk } from './disk.ts';
import type { Interference } from './interfere.ts';

/** Everything that the server knows, as a plain value: what it says and does follows from this alone. */
export interface ServerState {
  readonly name: string;
  readonly version: Version;
  /** 957 for 2022, 904 for 2019: the form of databases, which no older server reads. */
  readonly databaseVersion: number;
  readonly edition: string;
  /** SERVERPROPERTY('EngineEdition'): 2 Standard, 3 Enterprise and Developer, 4 Express. */
  readonly engineEdition: number;
  readonly instance: string | undefined;
  readonly host: 'Linux' | 'Windows';
  /** Where new files of databases go, as the server writes paths, with a separator at the end. */
  dataPath: string;
  backupPath: string;
  readonly disk: Disk;
  /** Whether a database that is SUSPECT or OFFLINE can be renamed: not recorded, so a test should try both. */
  renamesClosed: boolean;
  readonly pace: Pace;
  readonly databases: Database[];
  readonly logins: ServerLogin[];
  /** What `CREATE LOGIN ... FROM WINDOWS` finds: `DOMAIN\user` and password. */
  readonly domainUsers: Map<string, string>;
  /** Numbers with which the next logins are refused, one each. */
  readonly loginRefusals: number[];
  /** Hex thumbprints of the certificates in master, for encrypted databases (TDE). */
  readonly certificates: Set<string>;
  readonly sessions: Map<number, Session>;
  readonly interferences: Interference[];
  /** Every statement that began, in order. */
  readonly log: StatementRecord[];
  nextDatabaseId: number;
}

export interface StatementRecord {
  sql: string;
  spid: number;
  login: string;
  database: string;
}

/** How fast BACKUP and RESTORE go; a test may change it at any time. */
export interface Pace {
  /** Length of a whole BACKUP or RESTORE; 0 for as fast as it can. */
  milliseconds: number;
  /** No 3211 whatever STATS says; percent_complete goes on. */
  silent: boolean;
  /** From an attention to its effect; Infinity for a server that does not heed it. */
  attentionMilliseconds: number;
}

export interface Database {
  readonly id: number;
  name: string;
  state: 'ONLINE' | 'RESTORING' | 'RECOVERY_PENDING' | 'SUSPECT' | 'OFFLINE';
  access: 'MULTI_USER' | 'RESTRICTED_USER' | 'SINGLE_USER';
  recovery: 'FULL' | 'SIMPLE' | 'BULK_LOGGED';
  compatibility: number;
  trustworthy: boolean;
  asyncStatistics: boolean;
  readOnly: boolean;
  ownerSid: Buffer;
  created: Temporal.PlainDateTime;
  /** Tells a backup of this database from those of others: RESTORE over it is refused with 3154. */
  family: string;
  /** For replication: it cannot be dropped. */
  published?: boolean;
  /** Id of the database that this is a snapshot of, which cannot be dropped meanwhile. */
  snapshotOf?: number;
  /** Thumbprint of the certificate, if it is encrypted (TDE). */
  certificate: Buffer | undefined;
  files: DataFile[];
  content: Content;
}

/** What travels in a backup besides the pages of the files. */
export interface Content {
  tables: Table[];
  others: OtherObject[];
  users: DatabaseUser[];
  /** Who dbo is; a restored database keeps that of where it comes from until its owner is set. */
  dboSid: Buffer;
  nextObjectId: number;
  nextUserId: number;
}

export interface DataFile {
  id: number;
  logical: string;
  /** As the server sees it. */
  physical: string;
  /** Data or log. */
  kind: 'D' | 'L';
}

export interface Table {
  id: number;
  schema: string;
  name: string;
  columns: TableColumn[];
  rows: Value[][];
}

export interface TableColumn extends Column {
  nullable: boolean;
  key: boolean;
  identity: boolean;
}

export interface OtherObject {
  id: number;
  schema: string;
  name: string;
  type: 'V' | 'P' | 'FN' | 'TR';
  definition: string;
}

export interface DatabaseUser {
  id: number;
  name: string;
  /** SQL user, Windows user, Windows group, role. */
  type: 'S' | 'U' | 'G' | 'R';
  /** Null for a role and for a user without login. */
  sid: Buffer | null;
  roles: string[];
}

export interface ServerLogin {
  readonly id: number;
  name: string;
  type: 'S' | 'U' | 'G';
  sid: Buffer;
  /** As sys.sql_logins shows it; undefined for Windows logins. */
  passwordHash: Buffer | undefined;
  disabled: boolean;
  roles: string[];
  defaultDatabase: string;
  policyChecked: boolean;
}

export interface Session {
  readonly spid: number;
  readonly connection: Connection;
  readonly login: ServerLogin;
  readonly host: string;
  readonly application: string;
  readonly since: Temporal.PlainDateTime;
  database: Database;
  /** Where a reset of the connection leads back to. */
  readonly firstDatabase: Database;
  /** What it is running now. */
  request: Request | undefined;
  inTransaction: boolean;
}

export interface Request {
  sql: string;
  command: string;
  percent: number;
  /** Numbers of messages that are not sent, as a test ordered. */
  omitted: Set<number>;
  since: Temporal.PlainDateTime;
}
