import { LifeboatError } from '#platform/errors.ts';
import type { SwitchedTarget } from '../restore-target.ts';

/** What is on record can be gone back from only if all of it is as the switch-over left it. */
export function requireAfter(
  found: Awaited<ReturnType<SwitchedTarget['look']>>,
  { component, old }: { component: string; old: string },
): void {
  if (found === 'after') return;
  throw new LifeboatError(
    'undo-impossible',
    `what was kept of ${component} is not all at ${old} any more; nothing was changed`,
    { hint: 'if it was moved by hand, move it back; lifeboat-restore kept shows what is kept where' },
  );
}
