import type { Clock } from '#platform/clock.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { SwitchedTarget, SwitchRecord } from '#sources/restore-target.ts';
import type { FaultPoint } from './log/fault-point.ts';
import type { SystemPrograms } from './log/log-record.ts';

/** What a restore, an undo and the mending of either have in common. */
export interface TransactionParts {
  switching: Switching;
  stateFolder: string;
  clock: Clock;
  onProgress: OnProgress;
  /** Where a test has the program killed. */
  fault?: FaultPoint | undefined;
}

/** What can be done with records of a log. Every engine is behind it. */
export interface Switching {
  /** Signs in where that is needed; throws before anything is changed if it cannot. */
  switched(record: SwitchRecord, signal: AbortSignal): Promise<SwitchedTarget>;
  /** Signs in to what a record needs and says nothing; throws if that cannot be. */
  reach(record: SwitchRecord, signal: AbortSignal): Promise<void>;
  /** Drops what was announced to be staged and was not switched over. */
  dropStaged(record: SwitchRecord, signal: AbortSignal): Promise<void>;
}

/** The system around its data: its programs, and what keeps it from starting meanwhile. */
export interface SystemParts {
  programs: SystemPrograms;
  keepStopped: KeepStopped;
  keepOldDays: number;
}

/** What must not start while a restore is open. */
export interface KeepStopped {
  /** Units of systemd, and the folder for the drop-ins that prevent it. */
  units: readonly string[];
  folder: string;
  /** Services of Windows. */
  services: readonly string[];
}
