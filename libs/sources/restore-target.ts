import type { ComponentRecord, Finding } from './source.ts';

/**
 * Where a source's components are brought back to. Nothing of it is visible before switchOver; every
 * method may be called again after a failure with dispose; dispose drops what is staged and not switched.
 * The order is inspect, announce, stage (each component), check, prepare, switchOver; going back is a SwitchedTarget's.
 */
export interface RestoreTarget extends AsyncDisposable {
  readonly id: string;
  /** What a person should know after switchOver, a line each. */
  readonly notes?: readonly string[];
  inspect(signal: AbortSignal): Promise<TargetReport>;
  /**
   * Names what stage() is about to make, so that it can be dropped in another process: on the disk before anything is
   * staged. `state` is the engine's. Nothing that it does not name is ever dropped, and no live name stands in it.
   */
  announce(signal: AbortSignal): Promise<SwitchRecord>;
  stage(component: ComponentRecord, archive: MemberReader, options: StageOptions): Promise<void>;
  /**
   * LB-05: where what was staged lies, for a program that migrates it. A file that says how a server is reached is
   * written, private, into `folder`, which the caller removes. Absent: nothing of it can be migrated.
   */
  stagedPlaces?(folder: string, signal: AbortSignal): Promise<StagedPlace[]>;
  /**
   * Reads back what was staged and compares it with the archive (BS-26). Throws `check-failed`. Components in
   * `changed` were migrated since: what they have become is taken over and checked for its integrity instead.
   */
  check(signal: AbortSignal, changed?: ReadonlySet<string>): Promise<CheckedItem[]>;
  /**
   * Deletes the content of what is live, for good, to make room for staging it: only in a restore in place, after
   * a safety archive of it was verified, and before stage(). What belongs to the backup itself stays. What cannot be
   * deleted because it is damaged is dropped with all else of its kind. Throws `target-in-use` and `target-unsuitable`
   * only while nothing is deleted. Absent: cannot be restored in place.
   */
  makeRoom?(signal: AbortSignal, log: RestoreLog): Promise<void>;
  /**
   * Reads what is live and resolves with all that is needed to go back. Changes nothing live. Called after the system
   * was stopped and before the first target's switchOver.
   */
  prepare(signal: AbortSignal): Promise<SwitchRecord>;
  /** Puts the staged state in the place of the live one by renaming; the live one is kept. Undoes itself if it fails. */
  switchOver(log: RestoreLog, signal: AbortSignal): Promise<void>;
}

/** Reads members of an archive by path; each stream throws `archive-damaged` at its end if its hash differs. */
export interface MemberReader {
  open(path: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface StageOptions {
  signal: AbortSignal;
  onBytes: (bytes: number, item: string) => void;
}

/** What stands where a component is to go, and what restoring it would do. Made without changing anything. */
export interface TargetReport {
  /** One entry for each chosen component, in the order they will be restored. */
  components: TargetComponent[];
  /** Free and needed bytes for each place that staging fills. */
  space: NeededSpace[];
  /** Whether a restore in place is possible, as the pipeline sees it: set by whoever has the target. */
  inPlace?: boolean;
  /** Whatever hinders (`problem`) or should be known before saying yes (`warning`). */
  findings: Finding[];
}

export interface NeededSpace {
  place: string;
  /** What needs it, where that is not the staged copy itself: `the binary log`. */
  what?: string;
  needed: number;
  free: number | undefined;
  /** Equal for places that share their free space; undefined where that is not known. */
  fileSystem?: string;
  /** Bytes that come free there if what is live goes first; undefined or 0: none. */
  frees?: number;
}

export interface TargetComponent {
  id: string;
  /** Where it goes: `database ac on 127.0.0.1:3306`, `/opt/biostar/cert`. */
  place: string;
  /** What is there now: `absent`, `12 tables, 34 MB`. */
  now: string;
}

/**
 * What a switch-over is about to do to one target, as plain JSON: enough to go back from it in another process, weeks
 * later. It holds no secret. The shape of `state` is the engine's, which checks it when it is read back.
 */
export interface SwitchRecord {
  target: string;
  engine: 'folder' | 'file' | 'sqlite' | 'mariadb' | 'mssql';
  state: unknown;
}

/** A target of a restore from its record alone: in the same process, after a kill, or at an undo. */
export interface SwitchedTarget extends AsyncDisposable {
  readonly id: string;
  /** How far the switch-over came. For messages and tests: goBack looks for itself. */
  look(signal: AbortSignal): Promise<'before' | 'between' | 'after'>;
  /**
   * Ends in the state before the switch-over, wherever that came to; may be killed and repeated. The state after it is
   * not deleted: it lies where the staged one lay.
   */
  goBack(log: RestoreLog, signal: AbortSignal): Promise<void>;
  /** The record of a goBack from a finished switch-over, as a switch-over of its own. Changes nothing. */
  reverse(signal: AbortSignal): Promise<SwitchRecord>;
  /** Deletes for good whatever of the record is not live: old state, staged state, files of the engine. */
  forget(signal: AbortSignal): Promise<void>;
  kept(signal: AbortSignal): Promise<KeptState[]>;
}

export interface StagedPlace {
  component: string;
  /** An absolute path, or the name that a database has on its server while it is staged. */
  place: string;
  /** Absolute path of a file by which the server is reached: MariaDB's option file, JSON for SQL Server. */
  connection?: string;
}

export interface CheckedItem {
  component: string;
  /** `24 tables, 1,203,110 rows: equal to the archive`. */
  result: string;
}

export interface KeptState {
  component: string;
  place: string;
  /** Undefined: not known, or not looked at. */
  bytes?: number | undefined;
  /** Commands by which a person can go back by hand. */
  goBack: string[];
}

/** Records each step before it is done, durably; what a person needs if the program is killed. */
export interface RestoreLog {
  before(step: { what: string; goBack: string }): Promise<void>;
  done(what: string): Promise<void>;
}
