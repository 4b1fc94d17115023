import { join } from 'node:path';
import type { ScratchRecord } from './scratch-record.ts';

/** What lies in a drill's folder to say whose it is. */
export const MARK = '.lifeboat-drill';

/** Where a run's folder is. */
export function scratchFolder(inside: string, run: string): string {
  return join(inside, `lifeboat-drill-${run}`);
}

/** What stands in the mark. */
export function markText({ run, systemId }: ScratchRecord): string {
  return `scratch folder of the restore drill ${run} of system ${systemId}\n`;
}
