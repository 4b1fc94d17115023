import type { Facts } from '#platform/errors.ts';
import type { NoticeRun } from './notice.ts';

/** How a backup ended, as far as those who are told of it are concerned. */
export interface EndedBackup extends NoticeRun {
  message: string;
  hint?: string;
  facts?: Facts;
}
