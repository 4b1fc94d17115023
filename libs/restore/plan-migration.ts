import type { InstalledSystem, PlannedComponent } from './plan-restore.ts';

/** The sysbackup.conf of the archive is Lifeboat's own: no migration of the system's changes it unless that is said. */
export const OWN_CONF = 'file/sysbackup.conf';

/** What becomes of an archive of an older version (LB-05). */
export interface PlannedMigration {
  from: string;
  to: string;
  /** The declared range that allows it. */
  range: string;
  /** The program of the installed conf that is run between staging and check; undefined: it goes live as it is. */
  command: string[] | undefined;
  /** Components that the program may change: compared with the archive before it, checked for integrity after it. */
  changed: string[];
  /** Components that are compared with the archive after it. */
  compared: string[];
}

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
