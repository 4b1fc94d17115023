import { isLive } from '#restore/log/is-live.ts';
import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import { restoredSettings } from '#settings/restored-settings.ts';

/** After a recovery or an undo: only backup settings that are live by now are to be confirmed. May be repeated. */
export async function settleRestoredSettings(stateFolder: string): Promise<void> {
  const { logs } = await listRestoreLogs(stateFolder);
  const systems = new Set(logs.flatMap(({ begin }) => [begin.system.id, ...begin.alsoLocked]));
  for (const id of systems) await restoredSettings(stateFolder, id).settle((run) => isLive(run, logs));
}
