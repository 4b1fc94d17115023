import type { CheckedItem } from '#sources/source.ts';
import type { RestoreParts } from './run-restore.ts';

/** BS-26: reads back what was staged and compares it with the archive; throws `check-failed` before anything live is touched. */
export async function checkStaged(parts: RestoreParts, signal: AbortSignal): Promise<CheckedItem[]> {
  const checked: CheckedItem[] = [];
  for (const [index, { target }] of parts.targets.entries()) {
    signal.throwIfAborted();
    parts.onProgress({ stage: 'checking', item: target.id, done: index, total: parts.targets.length });
    checked.push(...(await target.check(signal)));
  }
  return checked;
}
