import { basename } from 'node:path';
import type { Hook, HookEnd, Tell } from './hook.ts';
import { howItEnded } from './how-it-ended.ts';
import { runHook } from './run-hook.ts';

/** What hooks need besides their own command. */
export interface HookParts {
  /** What programs get besides LIFEBOAT_*; variables that hold secrets are not in it. */
  environment: NodeJS.ProcessEnv;
  tell: Tell;
  /** Takes known secrets out of what a program said. */
  redact: (text: string) => string;
  /** Milliseconds of a clock that never goes back. */
  elapsed: () => number;
}

/** Runs a hook and writes down what it said and how it ended. Arguments are not written: they may hold secrets. */
export async function tellHook(hook: Hook, parts: HookParts, signal: AbortSignal): Promise<HookEnd> {
  const lead = `hook ${hook.moment}:`;
  const program = basename(hook.command[0] ?? '');
  await parts.tell([`${lead} started ${program}`], { detail: true });
  const begin = parts.elapsed();
  const ran = await runHook(hook, parts.environment, signal);
  const end = { ...ran, lines: ran.lines.map(parts.redact) };
  const seconds = ((parts.elapsed() - begin) / 1000).toFixed(1);
  const said = end.lines.map((line) => `${lead} | ${line}`);
  const detail = end.how === 'ended' && end.status === 0;
  await parts.tell([...said, `${lead} ${howItEnded(end, hook)} after ${seconds} s`], { detail });
  return end;
}
