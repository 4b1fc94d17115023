import { isLive } from '#restore/log/is-live.ts';
import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import { restoredSettings } from '#settings/restored-settings.ts';

/** After a recovery or an undo: only backup settings that are live by now are to be confirmed. May be repeated. */
export async function settleRestoredSettings(stateFolder: string, systemId: string): Promise<void> {
  const { logs } = await listRestoreLogs(stateFolder);
  await restoredSettings(stateFolder, systemId).settle((run) => isLive(run, logs));
}
