/**
 * What a MariaDB component looks like inside an archive (format version 1); docs/archive-format.md is the
 * specification. The dump writes it, the restore reads it, neither knows the other.
 *
 * Members of `mariadb/<server>/<database>/`:
 *   objects.json          DatabaseObjects: everything but rows; deflated
 *   rows/<NNNN>/<MMMMM>.zst   rows of table NNNN (1-based position in `tables`) as LOAD DATA text, independent
 *                         zstd frames of at most 1 MiB of text each, at most 16 MiB compressed a member
 *                         (a single row may exceed both); rows never span members
 *   1-tables.sql 2-rows.sql 3-objects.sql   the same for a person with the mariadb client and zstd
 * and of `mariadb/<server>/`:
 *   accounts.json         AccountObjects; deflated
 *
 * LOAD DATA text: columns separated by TAB, rows ended by LF, NULL as `\N`, and in values NUL, TAB, LF and
 * backslash as `\0`, `\t`, `\n`, `\\`; every other byte as it is.
 */
export interface DatabaseObjects {
  database: string;
  charset: string;
  collation: string;
  /** Absent if the server knows no comments of databases (before MariaDB 10.5). */
  comment?: string;
  tables: TableObject[];
  sequences: SequenceObject[];
  views: ViewObject[];
  triggers: CodeObject[];
  /** Procedures, functions, packages and package bodies, in an order in which they can be created. */
  routines: RoutineObject[];
  events: EventObject[];
}

export interface TableObject {
  name: string;
  engine: string;
  /** SHOW CREATE TABLE, read under utf8mb4. */
  ddl: string;
  /** False for engines whose rows live elsewhere (MERGE, FEDERATED …): definition only. */
  hasRows: boolean;
  systemVersioned: boolean;
  /** The columns that are dumped, in order; generated ones are left out. */
  columns: ColumnFormat[];
  /** Columns of the order in which rows were read; empty means the table's natural order. */
  orderBy: string[];
  rows: number;
  /** Bytes and SHA-256 of the uncompressed row text of all members in order. */
  bytes: number;
  sha256: string;
  /** Member paths in order; empty for a table without rows. */
  members: string[];
  /** Next AUTO_INCREMENT value; decimal text since it may exceed 2^53. */
  autoIncrement?: string;
}

export interface ColumnFormat {
  name: string;
  /** How the dump selects it: `plain` is the bare column. See column-format.ts for each one's two expressions. */
  as: ColumnEncoding;
}

/**
 * plain     the column as it is
 * number    ENUM: `col+0`, loaded by `@v+0`
 * set       SET: `CAST(col AS UNSIGNED)`, loaded by `CAST(@v AS UNSIGNED)`
 * single    FLOAT: nine digits where seven decimals are enough for them, else `col+0e0`
 * float     FLOAT in archives made before `single` was: `col+0e0`
 * text      UUID, INET4, INET6: loaded by `CONVERT(@v USING latin1)`
 */
export type ColumnEncoding = 'plain' | 'number' | 'set' | 'single' | 'float' | 'text';

export interface SequenceObject {
  name: string;
  ddl: string;
  /** Decimal text: the value NEXTVAL would give next, and the cycle round. */
  next: string;
  round: string;
}

/** The session state a stored object was made under. */
export interface CreationContext {
  sqlMode: string;
  charsetClient: string;
  collationConnection: string;
  databaseCollation?: string;
  timeZone?: string;
}

export interface CodeObject {
  name: string;
  ddl: string;
  definer: string;
  context: CreationContext;
}

export interface ViewObject extends CodeObject {
  /** False if the source itself could not use the view: restored if possible, listed, never fatal. */
  valid: boolean;
}

export interface RoutineObject extends CodeObject {
  type: 'PROCEDURE' | 'FUNCTION' | 'PACKAGE' | 'PACKAGE BODY';
}

export interface EventObject extends CodeObject {
  status: 'ENABLED' | 'DISABLED' | 'SLAVESIDE_DISABLED';
  /** An event whose last time had passed at the backup: listed, not recreated (note 1588). */
  expired: boolean;
}

/** The accounts and roles that the databases of a server section need: those with rights on them, and definers. */
export interface AccountObjects {
  accounts: AccountObject[];
}

export interface AccountObject {
  user: string;
  host: string;
  isRole: boolean;
  /** SHOW CREATE USER (for a role: CREATE ROLE); holds the password's hash. */
  create: string;
  /** SHOW GRANTS, a statement each, roles before those who are granted them. */
  grants: string[];
  defaultRole?: string;
  /** True if it has rights on everything (`*.*` beyond USAGE): restored only after agreement. */
  global: boolean;
}
