import type { CatalogEntry } from '#catalog/list-archives.ts';
import type { History } from '#journal/history.ts';

/**
 * FD-15: the number of the backup that is being made: one more than the last that the history knows of, 1 where it
 * was deleted or moved. Without a history one more than the highest among the system's archives. `lines`: what was
 * wrong with the history.
 */
export async function nextNumber(
  { history, system }: { history?: Pick<History, 'next'>; system: { id: string } },
  earlier: readonly CatalogEntry[],
): Promise<{ number: number; lines: string[] }> {
  const own = earlier.flatMap(({ summary }) => (summary?.systemId === system.id ? [summary] : []));
  if (history !== undefined) return await history.next(own);
  return { number: Math.max(0, ...own.map(({ number }) => number)) + 1, lines: [] };
}
