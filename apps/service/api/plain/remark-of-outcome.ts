import type { Outcome } from '#journal/outcome.ts';
import type { Remark } from './open-remarks.ts';

export function remarkOfOutcome({ state, message, hint }: Outcome): Remark {
  return { good: state === 'done' || state === 'skipped', text: message, hint };
}
