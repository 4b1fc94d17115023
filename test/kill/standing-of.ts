import { systemClock } from '#platform/clock.ts';
import { listKept } from '#restore/kept/list-kept.ts';
import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';

/** `old`: of before the restore. `restored`: of the archive. Each alone, or with the other one kept beside it. */
export type Standing = 'old alone' | 'restored, old kept' | 'old, restored kept';

/** How a system stands whose restores have ended, by what the logs say is kept. */
export async function standingOf(stateFolder: string): Promise<Standing> {
  const kept = await listKept(stateFolder, undefined, systemClock().now());
  if (kept.length > 1) throw new Error(`something is kept of ${kept.map(({ run }) => run).join(', ')}`);
  if (kept[0] === undefined) return 'old alone';
  const { logs } = await listRestoreLogs(stateFolder);
  let undone = 0;
  for (let of = kept[0].log.begin.of; of !== undefined; undone += 1) {
    of = logs.find(({ run }) => run === of)?.begin.of;
  }
  return undone % 2 === 0 ? 'restored, old kept' : 'old, restored kept';
}
