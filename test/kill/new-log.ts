import { type BegunLog, listRestoreLogs } from '#restore/log/list-restore-logs.ts';

/** Resolves with what finds the log that was begun since then, if one was. */
export async function newLog(stateFolder: string): Promise<() => Promise<BegunLog | undefined>> {
  const { logs } = await listRestoreLogs(stateFolder);
  const known = new Set(logs.map(({ run }) => run));
  return async () => (await listRestoreLogs(stateFolder)).logs.find(({ run }) => !known.has(run));
}
