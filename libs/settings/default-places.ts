import { join } from 'node:path';
import type { Settings } from './settings.ts';

/** Where sysbackup.conf lies unless --conf or LIFEBOAT_CONF says otherwise. */
export function defaultConf(environment: NodeJS.ProcessEnv): string {
  if (environment['LIFEBOAT_CONF']) return environment['LIFEBOAT_CONF'];
  return process.platform === 'win32'
    ? join(programData(environment), 'sysbackup.conf')
    : '/etc/lifeboat/sysbackup.conf';
}

/**
 * The state folder of both programs: locks, restore logs, work files. In this order: --state, LIFEBOAT_STATE,
 * the conf's own key, the platform's place. It must be the same for both, or their locks would not meet.
 */
export function stateFolder(
  explicit: string | undefined,
  environment: NodeJS.ProcessEnv,
  settings: Settings | undefined,
): string {
  return (
    explicit ??
    (environment['LIFEBOAT_STATE'] || undefined) ??
    settings?.backup.state ??
    (process.platform === 'win32' ? join(programData(environment), 'state') : '/var/lib/lifeboat')
  );
}

/** Folder of the journal: the conf's own key, or `logs` in the state folder. */
export function journalFolder(state: string, settings: Settings | undefined): string {
  return settings?.backup.journal ?? join(state, 'logs');
}

function programData(environment: NodeJS.ProcessEnv): string {
  return join(environment['ProgramData'] ?? 'C:\\ProgramData', 'Lifeboat');
}
