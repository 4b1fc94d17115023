import { join } from 'node:path';
import type { DrillParts, ScratchPlaces } from '#drill/drill-parts.ts';
import { LifeboatError } from '#platform/errors.ts';
import { mariadbServer } from '#settings/mariadb-server.ts';
import { mssqlServer } from '#settings/mssql-server.ts';
import type { Settings } from '#settings/settings.ts';
import { filesScratch } from '#sources/files/files-scratch.ts';
import { dropScratch as dropMariadbScratch } from '#sources/mariadb/scratch/drop-scratch.ts';
import { mariadbScratch } from '#sources/mariadb/scratch/mariadb-scratch.ts';
import { dropScratch as dropMssqlScratch } from '#sources/mssql/scratch/drop-scratch.ts';
import { mssqlScratch } from '#sources/mssql/scratch/mssql-scratch.ts';
import type { MemberReader } from '#sources/restore-target.ts';
import type { ScratchTarget } from '#sources/scratch/scratch-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { sqliteScratch } from '#sources/sqlite/sqlite-scratch.ts';

type ComposedScratch = Pick<DrillParts, 'scratch' | 'dropDatabases'>;

/**
 * Scratch places for what an archive holds: databases on the servers that the installed conf names, by the account that
 * it names; files and SQLite databases in the drill's own folder. The only file of a drill that knows every driver.
 */
export function composeScratch(settings: Settings): ComposedScratch {
  return {
    scratch(components, archive, folder) {
      const servers = serversOf(components, archive, settings);
      const single = components.filter((component) => !isOnServer(component));
      return {
        targets: [
          ...servers.targets,
          ...single.map((component, index) => inFolder(component, folder, index)),
        ],
        left: servers.left,
      };
    },
    async dropDatabases(server, names, signal) {
      const mariadb = settings.mariadb.find(({ name }) => `mariadb/${name}` === server);
      if (mariadb !== undefined) return await dropMariadbScratch(mariadbServer(mariadb), names, signal);
      const mssql = settings.mssql.find(({ name }) => `mssql/${name}` === server);
      if (mssql !== undefined) {
        return await dropMssqlScratch(mssqlServer(mssql), names, { stallMs: mssql.stallMs, signal });
      }
      throw new LifeboatError('conf-invalid', `sysbackup.conf does not name the server ${server} any more`, {
        hint: `drop ${names.join(', ')} there by hand`,
      });
    },
  };
}

function isOnServer({ kind }: ComponentRecord): boolean {
  return kind === 'mariadb-database' || kind === 'mssql-database';
}

/** Two components may have one name; each has a folder of its own. */
function inFolder(component: ComponentRecord, folder: string, index: number): ScratchTarget {
  const own = join(folder, `${index + 1}`);
  return component.kind === 'sqlite-database'
    ? sqliteScratch({ component, folder: own })
    : filesScratch({ component, folder: own });
}

function serversOf(
  components: readonly ComponentRecord[],
  archive: MemberReader,
  settings: Settings,
): ScratchPlaces {
  const live = [...settings.mariadb, ...settings.mssql].flatMap(({ databases }) => databases);
  const targets: ScratchTarget[] = [];
  const ownOf = (server: string) => components.filter(({ id }) => id.startsWith(`${server}/`));
  for (const section of settings.mariadb) {
    const own = ownOf(`mariadb/${section.name}`);
    const server = mariadbServer(section);
    targets.push(mariadbScratch({ name: section.name, server, components: own, archive, live }));
  }
  for (const section of settings.mssql) {
    const own = ownOf(`mssql/${section.name}`);
    const { name, staging, stallMs, check } = section;
    const how = { name, staging, stallMs, check, conf: settings.file, archive, live };
    targets.push(mssqlScratch({ ...how, server: mssqlServer(section), components: own }));
  }
  const used = targets.filter((target) => target.components.length > 0);
  const placed = new Set(used.flatMap((target) => target.components.map(({ id }) => id)));
  const left = components
    .filter((component) => isOnServer(component) && !placed.has(component.id))
    .map(({ id }) => ({ id, why: 'sysbackup.conf names no such server' }));
  return { targets: used, left };
}
