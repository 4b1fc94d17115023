import type { InstalledSystem, PlannedComponent, PlannedMigration } from './restore-plan.ts';

/** The sysbackup.conf of the archive is Lifeboat's own: no migration of the system's changes it unless that is said. */
export const OWN_CONF = 'file/sysbackup.conf';

export function planMigration(
  steps: readonly PlannedComponent[],
  { from, range }: { from: string; range: string },
  { version, versions }: InstalledSystem,
): PlannedMigration {
  const to = version.how === 'unknown' ? '' : version.version;
  const migrate = versions?.migrate;
  const isChanged = ({ id, kind }: PlannedComponent): boolean => {
    if (migrate === undefined || kind === 'mariadb-accounts' || kind === 'mssql-logins') return false;
    return migrate.changes?.includes(id) ?? id !== OWN_CONF;
  };
  const { changed = [], compared = [] } = Object.groupBy(steps, (step) =>
    isChanged(step) ? 'changed' : 'compared',
  );
  return {
    from,
    to,
    range,
    command: migrate?.command,
    changed: changed.map(({ id }) => id),
    compared: compared.map(({ id }) => id),
  };
}
