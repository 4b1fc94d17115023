import { LifeboatError } from '#platform/errors.ts';
import type { RestoreLogFile } from './restore-log.ts';
import type { RestoreParts, TargetWork } from './run-restore.ts';
import { startSystem } from './stop-and-start.ts';

/**
 * Switches every target over, one after the other. If one fails it has undone itself; those before it are
 * undone here, the last one first, and the system is started again on its old state. From the first rename
 * on Stop no longer applies: going back half-way is what must not happen.
 */
export async function switchOverAll(parts: RestoreParts, log: RestoreLogFile): Promise<void> {
  const signal = new AbortController().signal;
  const switched: TargetWork[] = [];
  for (const work of parts.targets) {
    parts.onProgress({
      stage: 'switching over',
      item: work.target.id,
      done: switched.length,
      total: parts.targets.length,
    });
    try {
      await work.target.switchOver(log, signal);
      switched.push(work);
    } catch (error) {
      await goBack(switched, log, signal, error);
      await startSystem(parts, log);
      await log.end('rolled back: the old state is live');
      throw switchFailed(work, error);
    }
  }
}

async function goBack(
  switched: readonly TargetWork[],
  log: RestoreLogFile,
  signal: AbortSignal,
  reason: unknown,
): Promise<void> {
  refuseIfNotRolledBack(reason, log);
  for (const { target } of switched.toReversed()) {
    try {
      await log.before({ what: `undo ${target.id}`, goBack: 'nothing: this is the way back' });
      await target.undo(signal);
    } catch (error) {
      throw rollbackFailed(target.id, error, log);
    }
  }
}

function refuseIfNotRolledBack(reason: unknown, log: RestoreLogFile): void {
  if (reason instanceof LifeboatError && reason.code === 'rollback-failed') {
    throw rollbackFailed('the target that failed', reason, log);
  }
}

function rollbackFailed(id: string, cause: unknown, log: RestoreLogFile): LifeboatError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LifeboatError(
    'rollback-failed',
    `the restore failed and ${id} could not be brought back by itself: ${reason}`,
    {
      hint: `nothing of the old state was deleted: ${log.path} lists each step and the command that goes back; keep the system stopped until that is done`,
      cause,
    },
  );
}

function switchFailed(work: TargetWork, cause: unknown): LifeboatError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hint = cause instanceof LifeboatError ? cause.hint : undefined;
  return new LifeboatError(
    cause instanceof LifeboatError ? cause.code : 'switch-failed',
    `${work.target.id} could not be switched over: ${reason}; everything is back as it was before the restore`,
    { ...(hint === undefined ? {} : { hint }), cause },
  );
}
