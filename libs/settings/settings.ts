import type { Frequency, Interval, Weekday } from '#schedule/schedule.ts';
import type { Automation, RetryWait } from '#schedule/scheduler-settings.ts';
import type { Compression, Importance } from '#sources/source.ts';
import type { VersionRange } from '#versions/parse-range.ts';
import type { ChannelSettings } from './channel-settings.ts';
import type { SecretSource } from './secret-source.ts';

/** sysbackup.conf as a value: what is protected, how to reach it, how and when to back it up. Paths are absolute. */
export interface Settings {
  /** The conf file these settings were read from. */
  file: string;
  system: SystemSettings;
  mariadb: MariadbSettings[];
  mssql: MssqlSettings[];
  sqlite: SqliteSettings[];
  folders: FolderSettings[];
  files: FileSettings[];
  backup: BackupSettings;
  versions: VersionsSettings;
  drill: DrillSettings;
  /** Questions that a drill asks of the restored databases, in the order of the file. */
  canaries: CanarySettings[];
  hooks: HookSettings;
  /** Where notifications go, in the order of the file. */
  channels: ChannelSettings[];
  watch: WatchSettings;
  log: LogSettings;
  /** Undefined: the service serves its own system alone. */
  tenants: TenantsSettings | undefined;
}

export interface SystemSettings {
  /** Generated at first use and written into the conf; undefined until then. */
  id: string | undefined;
  name: string;
  root: string;
  version: VersionSource;
  /** A program and its arguments; run without a shell. */
  stop: string[] | undefined;
  start: string[] | undefined;
  /** Says by its status whether the system works; run after a restore has started it, for so many seconds. */
  startCheck: string[] | undefined;
  startCheckLimit: number;
  /** Units of systemd that must not start while a restore is open. */
  units: string[];
  /** Services of Windows that are disabled while a restore is open. */
  services: string[];
  /** Days for which the state before a restore is kept; then `forget --expired` deletes it. */
  keepOldDays: number;
}

/** Where the system's version stands: in the conf itself, in a file's first line, or under a key of a conf file. */
export type VersionSource =
  | { from: 'literal'; version: string }
  | { from: 'first-line'; file: string }
  | { from: 'key'; file: string; key: string };

export interface MariadbSettings {
  /** The section's name: `main` for `[mariadb main]`. */
  name: string;
  address: { host: string; port: number } | { socket: string };
  user: string;
  password: SecretSource | undefined;
  tls: TlsSettings | undefined;
  databases: string[];
  importance: Importance;
  /** `snapshot`: tables without transactions are read under their own lock; `lock`: all at the exact point. */
  exact: 'snapshot' | 'lock';
  /** `needed`: all that have rights on the databases; `own`: those that have none on anything else. */
  accounts: 'needed' | 'own';
}

export interface TlsSettings {
  ca: string | undefined;
  certificate: string | undefined;
  key: string | undefined;
  /** True unless the conf says otherwise: certificate chain and host name are verified. */
  verify: boolean;
}

export interface MssqlSettings {
  /** The section's name: `main` for `[mssql main]`. */
  name: string;
  /** A named instance's port is asked for at its host (UDP 1434). */
  address: { host: string; port: number } | { host: string; instance: string };
  user: string;
  /** Set: sign in as a Windows account of this domain (NTLM). Undefined: a SQL login. */
  domain: string | undefined;
  password: SecretSource;
  /** Undefined means unencrypted (`encrypt = no`). */
  tls: MssqlTls | undefined;
  databases: string[];
  importance: Importance;
  /** Undefined: the server runs on this machine and its own backup folder is used. */
  staging: MssqlStaging | undefined;
  /** A BACKUP or RESTORE without progress for so many milliseconds has failed. */
  stallMs: number;
  /** How DBCC CHECKDB checks a restored database. */
  check: 'physical_only' | 'full';
}

export interface MssqlTls {
  /** True: any certificate is taken (`trust_server_certificate`). */
  trust: boolean;
  /** File of the certificate authority, PEM; undefined: those that Node.js trusts. */
  ca: string | undefined;
}

/** One folder as the server sees it and as this machine sees it (BS-23). */
export interface MssqlStaging {
  /** Absolute on the server: `/...`, `C:\...` or `\\HOST\SHARE\...`. */
  serverPath: string;
  localPath: string;
}

export interface SqliteSettings {
  name: string;
  path: string;
  importance: Importance;
}

export interface FolderSettings {
  name: string;
  path: FolderPath;
  importance: Importance;
  /** Glob patterns relative to the folder. */
  exclude: string[];
}

/** A folder's or file's place: written in the conf, or read from one of the system's own conf files (BS-03). */
export type FolderPath = { from: 'literal'; path: string } | { from: 'key'; file: string; key: string };

export interface FileSettings {
  name: string;
  path: string;
  importance: Importance;
}

/** When backups run by themselves, key by key as the conf has them; `schedulerSettings` puts them together. */
export interface ScheduleKeys {
  /** Counts where `every` is undefined. */
  frequency: Frequency;
  /** Wall-clock time `HH:MM`. */
  time: string;
  weekday: Weekday;
  /** 1 to 31; in a shorter month its last day (BS-08). */
  day: number;
  /** FD-17: every so many hours, days, weeks or months, in the place of `frequency`. */
  every: Interval | undefined;
  /** For weeks: in the order of the week, at least one; `weekday` alone where the conf lists none. */
  weekdays: Weekday[];
  automation: Automation;
  missed: 'run' | 'wait';
  retry: RetryWait;
  cancelAfter: number | undefined;
}

export interface BackupSettings extends ScheduleKeys {
  /** The destination folder. It must exist (BS-12). */
  path: string;
  /** 1 to 100 (BS-10); Infinity where only a period is set. */
  keep: number;
  /** Days after which an archive goes (TN-07), 1 to 3650; undefined: age does not count. */
  keepDays: number | undefined;
  /** FD-20: whether old archives go after the new one was verified, or before it is made. */
  deleteOld: 'after' | 'before';
  /** BT-02: a number for each archive, or the same names again each month and year. */
  naming: 'numbered' | 'calendar';
  /** What calendar names begin with; undefined: the system's name. */
  prefix: string | undefined;
  /** FD-21: no archive is made while nothing has changed since the last good one. */
  onlyIfChanged: boolean;
  compression: Compression;
  /** TN-12: where a copy of each good archive is kept besides; undefined: nowhere. */
  second: { path: string; keep: number } | undefined;
  /** State folder: locks, restore logs, the last run. Undefined means the platform's default. */
  state: string | undefined;
  /** Folder of the journal. Undefined means `logs` in the state folder. */
  journal: string | undefined;
  /** FD-13, VerboseMode. False: the journal holds nothing but start times and errors. */
  verbose: boolean;
  /** 0 to 19: how far a run stands back for others; 0 leaves the priority as it is. */
  nice: number;
  /** Bytes a second that a run reads at most; undefined means no limit. */
  ioLimit: number | undefined;
}

/** LB-05. */
export interface VersionsSettings {
  /** Older versions whose archives the installed version can restore; empty: equal versions only. */
  restores: VersionRange[];
  migrate: MigrateSettings | undefined;
}

/** What makes of a staged older state one of the installed version. */
export interface MigrateSettings {
  /** A program and its arguments; run without a shell. */
  command: string[];
  /** Ids of the components that it may change; undefined: any of them. */
  changes: string[] | undefined;
  /** Seconds after which it is ended. */
  timeLimit: number;
}

/** LB-03: when the newest archive is restored into scratch places, and what that may take. */
export interface DrillSettings extends ScheduleKeys {
  /** Folder for files and SQLite databases, which must exist. Undefined: one of its own in the state folder. */
  folder: string | undefined;
  /** Minutes after which a drill is ended. */
  timeLimit: number;
  /** Bytes that stay free on every disk that a drill writes to. */
  leaveFree: number;
  /** Reports that are kept, 1 to 1000. */
  keepReports: number;
  /** 0 to 19: how far a drill stands back for others. */
  nice: number;
  /** Bytes a second that it reads of the archive at most; undefined means no limit. */
  ioLimit: number | undefined;
}

/** A statement that only reads, and what it must answer: its first value as text, or at least so much as a number. */
export interface CanarySettings {
  name: string;
  /** Id of the database it is asked of: `mariadb/main/ac`, `mssql/main/ac`, `sqlite/log`. */
  of: string;
  query: string;
  wanted: { expect: string } | { atLeast: number };
}

/** FD-25. Each a program and its arguments, run without a shell. */
export interface HookSettings {
  /** Before a backup; a status other than 0 refuses it. */
  before: string[] | undefined;
  /** After it, however it ended. */
  after: string[] | undefined;
  /** When an alarm is raised: a second failure, a last good backup that is too old. */
  alert: string[] | undefined;
  /** After a restore or an undo, before the system is started: makes its old sign-in sessions void (BS-25). */
  afterRestore: string[] | undefined;
  /** Seconds after which a hook is ended. */
  timeLimit: number;
}

/** LB-10. */
export interface WatchSettings {
  /** Seconds that the last good backup may be old; `schedule` means as old as the schedule allows, and a day. */
  maxAge: number | 'schedule' | 'never';
}

export interface LogSettings {
  level: 'error' | 'warn' | 'info' | 'debug';
  /** Undefined means standard error. */
  file: string | undefined;
}

/** Many systems of one kind, each in a folder of its own (TN). */
export interface TenantsSettings {
  /** Absolute; one segment of it is `*`, which is a tenant's name. */
  folder: string;
  /** The description of a tenant: a sysbackup.conf without what each tenant has of its own. */
  profile: string;
  /** `*.app.example.org`; undefined: tenants have no host names. */
  host: string | undefined;
  /** How many backups of tenants run at once. */
  atOnce: number;
  /** Seconds between two looks for tenants that are new, renamed or gone. */
  lookEvery: number;
  /** Seconds between two messages about tenants on one channel; what happens between is in the next. */
  tellEvery: number;
  /** Absolute; the `*` in its last segment is a tenant's name: a file with that tenant's own channels. */
  channels: string | undefined;
}
