import { counted } from '#platform/counted.ts';
import { messageOf } from '#platform/message-of.ts';
import type { DrillEnd } from './drill-end.ts';
import type { DrillReport } from './drill-report.ts';
import { longTime } from './long-time.ts';

type Found = Pick<DrillReport, 'parts' | 'canaries' | 'archive' | 'restoreMs'>;

/** One line for a person: how the drill ended. */
export function reportMessage({ parts, canaries, archive, restoreMs }: Found, end: DrillEnd): string {
  if (end.result === 'stopped') return 'the drill was stopped before its end and proves nothing';
  if (end.result === 'red') return messageOf(end.error);
  const proven = parts.filter(({ result }) => result === 'proven').length;
  const queries = canaries.length === 1 ? '1 canary query' : `${canaries.length} canary queries`;
  const asked = canaries.length === 0 ? '' : `, ${queries} answered`;
  return `${archive?.name} can be restored: ${counted(proven, 'component')} equal to the archive${asked}; expect ${longTime(restoreMs ?? 0)} for a restore`;
}
