import type { Hook } from './hook.ts';
import { howItEnded } from './how-it-ended.ts';
import { type HookParts, tellHook } from './tell-hook.ts';

/** Once somebody said stop, a hook that is still to be run has this long, in milliseconds. */
const AFTER_STOP_MS = 10_000;

/**
 * Runs a hook that only learns what happened: after a backup, or at an alarm. Its end changes nothing; what went
 * wrong comes back as lines for the outcome. A stop does not leave it out: it is to learn of that too, and gets
 * ten seconds at most.
 */
export async function runAfter(hook: Hook, parts: HookParts, signal: AbortSignal): Promise<string[]> {
  const timeLimitMs = signal.aborted ? Math.min(hook.timeLimitMs, AFTER_STOP_MS) : hook.timeLimitMs;
  const stopped = new AbortController();
  let late: NodeJS.Timeout | undefined;
  const hurry = (): void => {
    late = setTimeout(() => stopped.abort(), AFTER_STOP_MS);
  };
  signal.addEventListener('abort', hurry, { once: true });
  try {
    const asked = { ...hook, timeLimitMs };
    const end = await tellHook(asked, parts, stopped.signal);
    if (end.how === 'ended' && end.status === 0) return [];
    return [`the hook ${hook.moment} ${howItEnded(end, asked)}`];
  } finally {
    signal.removeEventListener('abort', hurry);
    clearTimeout(late);
  }
}
