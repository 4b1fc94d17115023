import type { HistoryEntry } from '#journal/history-entry.ts';
import type { Outcome } from '#journal/outcome.ts';
import type { SavedSet } from '#journal/run-result.ts';

/** A backup that ended well, at a time. */
export function backupOutcome(startedAt: string, changes: Partial<Outcome> = {}): Outcome {
  return {
    operation: 'backup',
    state: 'done',
    code: 'done',
    exit: 0,
    message: 'written and verified',
    startedAt,
    durationMs: 2500,
    lines: [],
    ...changes,
  };
}

/** What the backup of that number left. */
export function savedArchive(number: number, parts: SavedSet['parts'] = []): SavedSet {
  return { number, archives: [`door-${number}.zip`], bytes: 1000, parts };
}

export function folderPart(name: string): HistoryEntry['saved'][number] {
  return { component: `folder/${name}`, path: `/srv/${name}`, state: 'complete', items: 300_000, bytes: 10 };
}
