import type { RestoreLog, SwitchRecord } from '#sources/restore-target.ts';
import type { BeginRecord } from './log/log-record.ts';
import type { RestoreLogContent } from './log/read-restore-log.ts';
import type { RestoreLogFile } from './log/restore-log.ts';

/** A restore or an undo that was begun: its log, and what stands in it so far. */
export interface Transaction extends AsyncDisposable {
  readonly log: RestoreLogFile;
  readonly begin: BeginRecord;
  readonly staging: readonly SwitchRecord[];
  readonly prepared: readonly SwitchRecord[];
  /** Targets whose switch-over, or undo, has begun and which have not gone back since. */
  readonly begun: readonly string[];
  readonly stopped: boolean;
  readonly allBack: boolean;
  /** Each resolves when it is on the disk: only then what it says may be done. */
  announce(leftovers: SwitchRecord): Promise<void>;
  prepare(record: SwitchRecord): Promise<void>;
  stopping(): Promise<void>;
  /** For the steps of a target's switch-over, which has begun with the first of them. */
  logOf(target: string): RestoreLog;
  wentBack(target: string, what: string): Promise<void>;
  allWentBack(): Promise<void>;
}

/** What of a transaction is on record; it goes on with it. */
type OnRecord = Pick<RestoreLogContent, 'staging' | 'prepared' | 'begun' | 'stopped' | 'allBack'> & {
  begin: BeginRecord;
};

/** Of what was just begun, or of what stands in a log that was cut off. */
export function loggedTransaction(log: RestoreLogFile, on: OnRecord): Transaction {
  return {
    log,
    begin: on.begin,
    staging: on.staging,
    prepared: on.prepared,
    get begun() {
      return on.begun;
    },
    get stopped() {
      return on.stopped;
    },
    get allBack() {
      return on.allBack;
    },
    async announce(leftovers) {
      await log.write({ kind: 'staging', leftovers });
      on.staging.push(leftovers);
    },
    async prepare(record) {
      await log.write({ kind: 'prepared', record });
      on.prepared.push(record);
    },
    async stopping() {
      await log.write({ kind: 'stopping' });
      on.stopped = true;
    },
    logOf: (target) => ({
      async before(step) {
        await log.write({ kind: 'step', target, ...step });
        on.begun = [...new Set([...on.begun, target])];
      },
      done: (what) => log.done(what),
    }),
    async wentBack(target, what) {
      await log.write({ kind: 'done', target, what });
      on.begun = on.begun.filter((one) => one !== target);
    },
    async allWentBack() {
      await log.write({ kind: 'all-back' });
      on.allBack = true;
    },
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  };
}
