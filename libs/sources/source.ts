import type { ErrorCode } from '#platform/errors.ts';

/**
 * The contract between the things that Lifeboat saves (databases, folders, files) and everything else. An engine is a
 * folder beside this file that offers one Source (for backup) and one RestoreTarget (for restore, `restore-target.ts`);
 * the pipelines know these types and no engine.
 */

export type ComponentKind =
  | 'mariadb-database'
  | 'mariadb-accounts'
  | 'mssql-database'
  | 'mssql-logins'
  | 'sqlite-database'
  | 'folder'
  | 'file';

/** What the conf says about how much a component matters. `normal`: absent means the set is incomplete. */
export type Importance = 'required' | 'normal' | 'optional';

/**
 * One part of a set that a person can choose: a database, a folder, a file. Its id is unique in the set
 * and stable between backups: `mariadb/<server>/<database>`, `mariadb/<server>` (accounts),
 * `sqlite/<name>`, `folder/<name>`, `file/<name>`.
 */
export interface Component {
  readonly id: string;
  readonly kind: ComponentKind;
  /** The name as the person knows it: the database's, the section's. */
  readonly name: string;
  readonly importance: Importance;
  /**
   * Equal fingerprints of two views prove that the component holds the same (FD-21): a state of the source that
   * cannot come again once its content has changed. Absent where only reading the content can tell.
   */
  readonly fingerprint?: string;
  /**
   * Adds the component's members to the archive, every path under `id` with each segment made safe by
   * `memberSegment`, and resolves with what the manifest is to say about it. Reads with bounded memory.
   */
  writeTo(sink: MemberSink, options: WriteOptions): Promise<ComponentRecord>;
}

export interface WriteOptions {
  signal: AbortSignal;
  compression: Compression;
  /** Called with the number of source bytes read since the last call, and what they belong to. */
  onBytes: (bytes: number, item: string) => void;
}

/** FD-23. None: nothing is compressed. Fast: zstd level 1. Compact: zstd level 9. */
export type Compression = 'None' | 'Fast' | 'Compact';

/** Takes members in any order and from several writers at once; each call resolves when its bytes are written. */
export interface MemberSink {
  add(path: string, content: MemberContent, options: AddOptions): Promise<MemberRecord>;
}

export interface AddOptions {
  signal: AbortSignal;
  /** `deflate` for small compressible members a person may want to pull out; default `store`. */
  method?: 'store' | 'deflate';
  /** Shown by ZIP tools as the member's time. Default: the time of the backup. */
  mtime?: Date;
}

/** Either the whole content (small: up to some 16 MiB) or an opener of a stream, never an open stream. */
export type MemberContent = Uint8Array | (() => AsyncIterable<Uint8Array>);

/** A member as the manifest records it. `bytes` and `sha256` are of what unzip would write for it. */
export interface MemberRecord {
  path: string;
  bytes: number;
  sha256: string;
}

/** Something in a component that is not as it should be. A warning never hides: it stands in manifest, journal and output. */
export interface Note {
  /** `missing` and `unreadable` make a set incomplete; the others inform. */
  code:
    | 'missing'
    | 'unreadable'
    | 'changed-while-read'
    | 'vanished-while-read'
    | 'name-not-utf8'
    | 'not-at-the-point'
    | 'definition-only'
    | 'special-file'
    | 'expired-event'
    | 'invalid-view'
    | 'lossy'
    | 'info';
  /** Path or object, as a person would name it. */
  what: string;
  detail?: string;
}

/** What the manifest says about one component. */
export interface ComponentRecord {
  id: string;
  kind: ComponentKind;
  name: string;
  importance: Importance;
  /** `partial`: some of it could not be read (notes say what). `missing`: nothing of it was there. */
  state: 'complete' | 'partial' | 'missing';
  /** Uncompressed bytes of its content: rows as text, files' contents, a database file. */
  bytes: number;
  /**
   * SHA-256, lower-case hex, over the uncompressed content; of a component with several items over the
   * lines `<sha256 of item>  <item>\n` in their recorded order.
   */
  sha256: string;
  /** Tables or files, whichever it consists of; 1 for a single file. */
  items: number;
  rows?: number;
  notes: Note[];
  members: MemberRecord[];
  /** That of the view it was read from, if it had one. */
  fingerprint?: string;
  /**
   * SHA-256 over all that counts as its content, where the members hold more than that (FD-21): how files are
   * packed, times of folders. Absent: the members' hashes are what counts.
   */
  contentHash?: string;
  /** What the engine itself needs to restore it; its shape belongs to the engine and is checked there. */
  details: Record<string, unknown>;
}

/** Where the server stood when the view was frozen. */
export interface LogPosition {
  gtid?: string;
  file?: string;
  position?: number;
}

/** The answer to "can this be backed up?", before anything runs (LB-11). */
export interface SourceReport {
  /** The source's id: `mariadb/<server>`, `sqlite/<name>`, `folder/<name>`, `file/<name>`. */
  source: string;
  serverVersion?: string;
  /** An estimate of the uncompressed bytes a backup would read. */
  bytes: number;
  /** Empty if a backup can run. Each finding says what was found and what to do about it. */
  findings: Finding[];
}

export interface Finding {
  level: 'problem' | 'warning';
  message: string;
  hint?: string;
  /** Of a problem at a restore: what the run ends with. Default: `target-unsuitable`. */
  code?: ErrorCode;
  /** At a restore: what a person may agree to so that this turns out otherwise. */
  option?: RestoreOption;
}

/**
 * Things a restore does only if they are agreed to: end sessions that hold it back, make accounts that
 * differ as in the archive, create missing accounts that have rights on everything, drop live tables that
 * are damaged so that they cannot be kept.
 */
export type RestoreOption = 'end-sessions' | 'replace-accounts' | 'global-accounts' | 'drop-damaged';

/** Anything that is saved at one point in time: a database server, a database file, a folder, a file. */
export interface Source {
  readonly id: string;
  /** Never throws for what it can name: that is a finding. */
  check(signal: AbortSignal): Promise<SourceReport>;
  /**
   * Fixes the state to be read. Throws a LifeboatError if the source as a whole cannot be read (server
   * unreachable, right missing); a missing optional or normal component is a record of state `missing`.
   */
  freeze(signal: AbortSignal): Promise<FrozenView>;
}

export interface FrozenView extends AsyncDisposable {
  /** May grow later while the components are written, for a source that fixes its point only then (SQL Server). */
  readonly takenAt: Temporal.Instant;
  readonly serverVersion?: string;
  /** Settings of the server that no component holds, by name. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly position?: LogPosition;
  /** Lines for the journal: the lock's wait and hold, tables that are not at the point. */
  readonly journal: string[];
  readonly components: Component[];
  /** An estimate of the uncompressed bytes, for progress. */
  readonly bytes: number;
}
