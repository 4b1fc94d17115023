import { LifeboatError } from '#platform/errors.ts';
import { type RestoreLogFile, tryToLog } from './restore-log.ts';
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
      const stuck = [...stuckItself(work, error), ...(await goBack(switched, log, signal))];
      if (stuck.length > 0) throw rollbackFailed(stuck, error, log);
      const started = await startSystem(parts, log);
      await tryToLog(() => log.end('rolled back: the old state is live'));
      throw switchFailed(work, error, started);
    }
  }
}

/** A target that could neither go on nor back says so with the code `rollback-failed`. */
function stuckItself({ target }: TargetWork, error: unknown): string[] {
  const stuck = error instanceof LifeboatError && error.code === 'rollback-failed';
  return stuck ? [`${target.id}: ${error.message}`] : [];
}

/** Undoes as many as can be undone, whatever becomes of one; resolves with those that could not. */
async function goBack(
  switched: readonly TargetWork[],
  log: RestoreLogFile,
  signal: AbortSignal,
): Promise<string[]> {
  const stuck: string[] = [];
  for (const { target } of switched.toReversed()) {
    await tryToLog(() => log.before({ what: `undo ${target.id}`, goBack: 'nothing: this is the way back' }));
    try {
      await target.undo(signal);
      await tryToLog(() => log.done(`undo ${target.id}`));
    } catch (error) {
      stuck.push(`${target.id}: ${messageOf(error)}`);
    }
  }
  return stuck;
}

function rollbackFailed(stuck: readonly string[], cause: unknown, log: RestoreLogFile): LifeboatError {
  return new LifeboatError(
    'rollback-failed',
    `the restore failed (${messageOf(cause)}) and could not go back by itself: ${stuck.join('; ')}`,
    {
      hint: `nothing of the old state was deleted: ${log.path} lists each step and the command that goes back; keep the system stopped until that is done`,
      cause,
    },
  );
}

function switchFailed(work: TargetWork, cause: unknown, started: string | undefined): LifeboatError {
  const hint = started === undefined ? hintOf(cause) : 'start the system by hand';
  const state = started === undefined ? 'before the restore' : `before the restore, but ${started}`;
  return new LifeboatError(
    cause instanceof LifeboatError ? cause.code : 'switch-failed',
    `${work.target.id} could not be switched over: ${messageOf(cause)}; everything is back as it was ${state}`,
    { ...(hint === undefined ? {} : { hint }), cause },
  );
}

function hintOf(cause: unknown): string | undefined {
  return cause instanceof LifeboatError ? cause.hint : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
