import type { Hook, HookEnd } from './hook.ts';

/** `ended with status 3`, `was ended: it took longer than 300 s`: what a hook did, in words. */
export function howItEnded(end: HookEnd, hook: Pick<Hook, 'timeLimitMs'>): string {
  switch (end.how) {
    case 'ended':
      return `ended with status ${end.status}`;
    case 'killed':
      return `was killed by ${end.by}`;
    case 'too long':
      return `was ended: it took longer than ${hook.timeLimitMs / 1000} s`;
    case 'stopped':
      return 'was stopped';
    case 'not started':
      return `could not be started (${end.reason})`;
  }
}
