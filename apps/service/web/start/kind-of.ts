import type { OutcomeState } from '../api/answers.ts';
import type { NoticeKind } from '../parts/notice.tsx';

/** How good or bad it is that a run ended so. */
export function kindOf(state: OutcomeState): NoticeKind {
  const kinds: Record<OutcomeState, NoticeKind> = {
    done: 'good',
    skipped: 'good',
    incomplete: 'warn',
    interrupted: 'warn',
    failed: 'bad',
  };
  return kinds[state];
}
