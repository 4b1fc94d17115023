import type { SwitchRecord } from '#sources/restore-target.ts';
import type { BeginRecord } from './log/log-record.ts';
import type { RestoreLogFile } from './log/restore-log.ts';

/** A restore or an undo that was begun: its log, and what stands in it so far. */
export interface Transaction extends AsyncDisposable {
  readonly log: RestoreLogFile;
  readonly begin: BeginRecord;
  readonly staging: readonly SwitchRecord[];
  readonly prepared: readonly SwitchRecord[];
  readonly stopped: boolean;
  /** Each resolves when it is on the disk: only then what it says may be done. */
  announce(leftovers: SwitchRecord): Promise<void>;
  prepare(record: SwitchRecord): Promise<void>;
  stopping(): Promise<void>;
}

/** Of what was just begun, or of what stands in a log that was cut off. */
export function loggedTransaction(
  log: RestoreLogFile,
  begun: { begin: BeginRecord; staging: SwitchRecord[]; prepared: SwitchRecord[]; stopped: boolean },
): Transaction {
  return {
    log,
    begin: begun.begin,
    staging: begun.staging,
    prepared: begun.prepared,
    get stopped() {
      return begun.stopped;
    },
    async announce(leftovers) {
      await log.write({ kind: 'staging', leftovers });
      begun.staging.push(leftovers);
    },
    async prepare(record) {
      await log.write({ kind: 'prepared', record });
      begun.prepared.push(record);
    },
    async stopping() {
      await log.write({ kind: 'stopping' });
      begun.stopped = true;
    },
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  };
}
