import type { Summary } from './summary.ts';

/** Equal for the files of one archive, which may lie under two calendar names; different for any two archives. */
export function archiveKey({ systemId, startedAt, number }: Summary): string {
  return `${systemId} ${startedAt} ${number}`;
}
