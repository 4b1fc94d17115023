import type { BegunLog } from './list-restore-logs.ts';

/** Whether the state that a restore brought is live, by the logs. Undefined: they do not know, or it has not ended. */
export function isLive(run: string, logs: readonly BegunLog[]): boolean | undefined {
  const how = logs.find((log) => log.run === run)?.ended?.how;
  if (how !== 'done') return how === 'rolled back' || how === 'nothing changed' ? false : undefined;
  const undone = logs.find(({ begin, ended }) => begin.of === run && ended?.how === 'done');
  return undone === undefined || !isLive(undone.run, logs);
}
