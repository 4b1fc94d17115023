/** How one SQL Server is reached. */
export interface MssqlServer {
  /** A named instance's port is asked for at its host. */
  address: { host: string; port: number } | { host: string; instance: string };
  user: string;
  /** Set: a Windows account of this domain, by NTLM. */
  domain?: string | undefined;
  /** Asked for at each sign-in and forgotten after it. */
  password: () => Promise<string>;
  /** Undefined means unencrypted. `ca` is a PEM file; `trust` takes any certificate. */
  tls: { trust: boolean; ca: string | undefined } | undefined;
  /** The name by which its sessions can be told; default `lifeboat`. */
  application?: string;
  /** Milliseconds. For tests: what a person never has to set. */
  limits?: { connect?: number; ask?: number; cancel?: number };
}

/**
 * One session of its own, in the database master. Its statements run one after the other, whoever calls, each as
 * a batch, so that USE and SET last. Lost, it stays lost: another session in its place would know nothing of
 * them. Every error is a LifeboatError; aborting a statement's signal cancels it on the server and rejects with the
 * signal's reason once the server has agreed (the session can be used further) or after 60 s (it is lost).
 */
export interface Connection extends AsyncDisposable {
  /** `host:port` or `host\INSTANCE`, for messages. */
  readonly place: string;
  /** @@SPID. */
  readonly sessionId: number;
  /** The first result of a short statement; one that takes more than `limitMs` (60 s) fails as `database-unreachable`. */
  ask<Row extends object = SqlRow>(sql: string, signal: AbortSignal, limitMs?: number): Promise<Row[]>;
  /** A statement without a time limit: BACKUP, RESTORE, ALTER DATABASE. See runLong for a limit on its standing still. */
  run(sql: string, options: RunOptions): Promise<void>;
  close(): Promise<void>;
}

export type SqlRow = Record<string, unknown>;

export interface RunOptions {
  signal: AbortSignal;
  /** Each message that is no error, as it arrives: 3211 `N percent processed.`, 3014, DBCC's. */
  onMessage?: (message: ServerMessage) => void;
}

export interface ServerMessage {
  number: number;
  text: string;
}
