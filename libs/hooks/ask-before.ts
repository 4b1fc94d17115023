import { LifeboatError } from '#platform/errors.ts';
import type { Hook } from './hook.ts';
import { howItEnded } from './how-it-ended.ts';
import { type HookParts, tellHook } from './tell-hook.ts';

/**
 * FD-25: asks the hook before a backup. Resolves if it agreed (status 0). Throws `hook-refused` with its status
 * and its last line, `hook-failed` if it did not come to an end of its own: nobody knows then whether it would
 * have agreed. Throws the signal's reason after a stop.
 */
export async function askBefore(hook: Hook, parts: HookParts, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const end = await tellHook(hook, parts, signal);
  if (end.how === 'stopped') throw signal.reason;
  if (end.how === 'ended' && end.status === 0) return;
  const said = end.lines.at(-1) ?? 'it gave no reason';
  if (end.how === 'ended') {
    throw new LifeboatError(
      'hook-refused',
      `the hook before the backup refused it with status ${end.status}: ${said}`,
      { hint: 'the journal has all it said; its program is "before" in [hooks]' },
    );
  }
  throw new LifeboatError('hook-failed', `the hook before the backup ${howItEnded(end, hook)}`, {
    hint: 'look at its program, "before" in [hooks], and at "time_limit"; the journal has all it said',
  });
}
