import { type BegunLog, isOfSystem, listRestoreLogs } from '../log/list-restore-logs.ts';
import type { LoggedKept } from '../log/log-record.ts';

/** A restore or an undo whose state of before is still kept. */
export interface KeptRun {
  run: string;
  operation: 'restore' | 'undo';
  system: { id: string; name: string };
  archive: string | undefined;
  /** ISO 8601. */
  startedAt: string;
  endedAt: string;
  /** From then on `forget --expired` deletes it. */
  keepUntil: string;
  expired: boolean;
  /** Sum of what is known. */
  bytes: number;
  states: LoggedKept[];
  log: BegunLog;
}

/**
 * What is kept of the states before, the newest last. Reads nothing but the logs. What was undone is not among them:
 * the undo keeps the other state, at the same places. `systemId` undefined: of every system.
 */
export async function listKept(
  stateFolder: string,
  systemId: string | undefined,
  now: Temporal.Instant,
): Promise<KeptRun[]> {
  const { logs } = await listRestoreLogs(stateFolder);
  const done = logs.filter(({ ended }) => ended?.how === 'done');
  const undone = new Set(done.map(({ begin }) => begin.of));
  return done
    .filter((log) => systemId === undefined || isOfSystem(log, systemId))
    .filter(({ run, forgotten }) => !undone.has(run) && forgotten !== 'yes')
    .flatMap((log) => keptRun(log, now));
}

function keptRun(log: BegunLog, now: Temporal.Instant): KeptRun[] {
  const { begin, ended, run, startedAt } = log;
  const { operation } = begin;
  if (ended === undefined || operation === 'in-place') return [];
  const keepUntil = Temporal.Instant.from(ended.time).add({ hours: 24 * begin.keepOldDays });
  const states = ended.kept ?? [];
  return [
    {
      run,
      operation,
      system: begin.system,
      archive: begin.archive,
      startedAt,
      endedAt: ended.time,
      keepUntil: keepUntil.toString(),
      expired: Temporal.Instant.compare(keepUntil, now) <= 0,
      bytes: states.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
      states,
      log,
    },
  ];
}
