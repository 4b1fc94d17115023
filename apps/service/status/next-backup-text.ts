import type { Status } from './read-status.ts';

/** The next backup in words, and plainly if it will not come by itself. `time` puts an ISO time in the reader's way. */
export function nextBackupText(
  { nextRun, notByItself }: Pick<Status, 'nextRun' | 'notByItself'>,
  time: (instant: string) => string,
): string {
  if (nextRun === null) return `none: ${notByItself ?? 'nothing is due'}`;
  return `due ${time(nextRun)}${notByItself === null ? '' : `; but ${notByItself}`}`;
}
