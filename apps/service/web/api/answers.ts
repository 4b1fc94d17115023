import type { Facts } from '../texts/said.ts';

/** What the service answers, as far as the page reads it. Times are ISO 8601 in UTC, sizes are in bytes. */

export type Role = 'viewer' | 'operator' | 'administrator';

export const ROLES: readonly Role[] = ['viewer', 'operator', 'administrator'];

export interface Me {
  name: string;
  role: Role;
  /** Goes with each change; null for a token. */
  csrf: string | null;
  /** May see one tenant only, the one at whose address the page is. */
  bound: boolean;
  /** Name of the tenant at whose address the page is; null: the service's own. */
  tenant: string | null;
}

export type OutcomeState = 'done' | 'incomplete' | 'failed' | 'interrupted' | 'skipped';

export interface Outcome {
  operation: string;
  state: OutcomeState;
  code: string;
  message: string;
  hint?: string;
  startedAt: string;
  durationMs: number;
  archive?: string;
  facts?: Facts;
  lines: string[];
}

export interface Progress {
  stage: string;
  item?: string;
  done: number;
  total?: number;
}

export interface Run {
  id: number;
  what: string;
  startedAt: string;
  progress?: Progress | null;
}

export interface Status {
  system: string;
  place: string;
  lastRun: Outcome | null;
  lastGood: { name: string; takenAt: string; bytes: number } | null;
  nextRun: string | null;
  notByItself: string | null;
  why: NotByItself | null;
  /** They hold until a backup ends well. */
  alarms?: Alarm[];
  /** A restore brought these settings back; no archive is removed before a person confirms them. */
  unconfirmedSettings: { archive: string; restoredAt: string; changes: string[] } | null;
  /** Null, as the sizes, where the backup path cannot be looked at. */
  archives: number | null;
  usedBytes: number | null;
  freeBytes: number | null;
  /** Why it cannot be looked at. */
  placeProblem: Problem | null;
  /** What the next archive is expected to need; null while nobody knows. */
  neededBytes?: number | null;
  /** Where copies lie; null: nowhere, or it cannot be looked at. */
  second: SecondPlace | null;
  risks: Risk[];
}

/** By a code, with the service's words. */
export interface Problem {
  code: string;
  message: string;
  hint?: string;
  facts?: Facts;
}

export type NotByItself =
  | { code: 'not-use' | 'off' | 'paused' | 'no-service' }
  | { code: 'stopped'; since: string; failures: number; cause: string };

export interface Tenant {
  id: string | null;
  name: string;
  /** Of its page, below this one. */
  address: string;
  /** Why it gets no backup. */
  problem: string | null;
  running: boolean;
  alarms: Alarm[];
  lastRun: { state: OutcomeState; startedAt: string; message: string } | null;
  nextRun: string | null;
  why: NotByItself | null;
}

export interface TenantPage {
  tenants: Tenant[];
  total: number;
  found: number | null;
  after: string | null;
}

export interface JournalPage {
  /** Newest last. */
  lines: string[];
  /** For the page before this one. */
  before: string | null;
}

export interface SecondPlace {
  place: string;
  archives: number;
  usedBytes: number;
  freeBytes: number;
}

export type RiskCode = 'one-place' | 'one-medium' | 'second-unusable' | 'copies-missing' | 'exposed';

/** Why archives could all be lost together, or who else may get at them. */
export interface Risk {
  code: RiskCode;
  place: string;
  count?: number;
  /** Who is let in, and the line that keeps them out. */
  who?: string;
  command?: string;
  /** Why the second place cannot be used: a code, and the service's words. */
  why?: string;
  message?: string;
  hint?: string;
}

export interface Alarm {
  kind: string;
  since: string;
  message: string;
  code?: string;
  facts?: Facts;
}

export interface Archive {
  file: string;
  bytes: number;
  /** `good`, `incomplete`, `unreadable`, `of another system`, with `, renamed` and `, pinned` behind it. */
  state: string;
  /** Why it cannot be read; all that comes from its summary is absent then. */
  unreadable?: string;
  unreadableCode?: string;
  number?: number;
  startedAt?: string;
  systemVersion?: string;
  reasons?: string[];
  verifiedAt?: string;
  pinned?: boolean;
  note?: string;
  /** Of this system. */
  own: boolean;
  lastGood: boolean;
  /** It lies in the backup path, not only in the second one. */
  here: boolean;
  /** Every folder in which it lies, the backup path first. */
  places: string[];
}

export interface Settings {
  values: Record<string, string | null | undefined>;
  channels: Channel[];
}

/** Who is notified. */
export interface Channel {
  kind: string;
  name: string;
}

/** What administrators set of those who are notified. */
export interface Notifications {
  channels: ChannelDetails[];
  /** The keys of [watch]. */
  watch: WrittenValues;
}

/** As they stand in sysbackup.conf; null: the default. */
export type WrittenValues = Record<string, string | null>;

export interface ChannelDetails {
  kind: ChannelKind;
  name: string;
  values: WrittenValues;
  /** Where its address or password stands. */
  secret: 'typed' | 'file' | 'environment' | 'none';
}

export type ChannelKind = 'webhook' | 'mail' | 'ping';

export interface TestedChannel {
  /** Kind and name. */
  channel: string;
  sent: boolean;
  remarks: string[];
  code?: string;
  hint?: string;
}

export interface History {
  /** Where the history is kept. */
  path: string;
  /** Newest first. */
  backups: HistoryEntry[];
}

export interface HistoryEntry {
  number: number;
  startedAt: string;
  durationMs: number | null;
  status: OutcomeState;
  /** As the outcome's code. */
  reason: string;
  message: string;
  bytes: number | null;
}

export interface Drills {
  /** Newest first. */
  drills: Drill[];
  /** When the next is due; null: none will run by itself. */
  next: string | null;
}

/** The report of a restore drill. */
export interface Drill {
  run: string;
  startedAt: string;
  durationMs: number;
  result: 'green' | 'red' | 'stopped';
  message: string;
  code?: string;
  hint?: string;
  archive: { name: string } | null;
  parts: { id: string; result: 'proven' | 'failed' | 'not proven'; detail: string; stageMs: number }[];
  canaries: DrillCanary[];
  notProven: string[];
  leftovers: string[];
  /** What staging and checking of a restore took; null unless all of it was done. */
  restoreMs: number | null;
}

export interface DrillCanary {
  name: string;
  of: string;
  wanted: string;
  answer: string | null;
  result: 'passed' | 'failed' | 'not asked';
  detail?: string;
}

export interface Account {
  name: string;
  role: Role;
  /** False until a password was chosen by the one-time code. */
  hasPassword: boolean;
  /** Id of the tenant it is bound to. */
  tenant: string | null;
}

export interface NewAccount {
  name: string;
  role: Role;
  /** One-time, for choosing a password. */
  code: string;
}

export interface NewToken extends Token {
  secret: string;
}

export interface Token {
  id: string;
  name: string;
  role: Role;
  madeBy: string;
  expiresAt: string;
  lastUsedAt: string | null;
}
