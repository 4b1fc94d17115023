import type { EndedBackup } from './ended-backup.ts';
import type { NoticeRun } from './notice.ts';

/** What a notice says of its run. */
export function runFacts({ operation, state, code, startedAt, durationMs, archive }: EndedBackup): NoticeRun {
  const made = archive === undefined ? {} : { archive };
  return { operation, state, code, startedAt, durationMs, ...made };
}
