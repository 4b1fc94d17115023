import { join } from 'node:path';
import type { DrillParts, ScratchPlaces } from '#drill/drill-parts.ts';
import { LifeboatError } from '#platform/errors.ts';
import { mariadbServer } from '#settings/mariadb-server.ts';
import type { MariadbSettings, Settings } from '#settings/settings.ts';
import { filesScratch } from '#sources/files/files-scratch.ts';
import { dropScratch } from '#sources/mariadb/scratch/drop-scratch.ts';
import { mariadbScratch } from '#sources/mariadb/scratch/mariadb-scratch.ts';
import type { ScratchTarget } from '#sources/scratch-target.ts';
import type { ComponentRecord, MemberReader } from '#sources/source.ts';
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
      if (mariadb !== undefined) return await dropScratch(mariadbServer(mariadb), names, signal);
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
  const placed = new Set<string>();
  for (const section of settings.mariadb) {
    const own = ownOf(section, components);
    if (own.length === 0) continue;
    for (const { id } of own) placed.add(id);
    const { name } = section;
    targets.push(mariadbScratch({ name, server: mariadbServer(section), components: own, archive, live }));
  }
  const left = components
    .filter((component) => isOnServer(component) && !placed.has(component.id))
    .map(({ id }) => ({ id, why: 'sysbackup.conf names no such server' }));
  return { targets, left };
}

function ownOf({ name }: MariadbSettings, components: readonly ComponentRecord[]): ComponentRecord[] {
  return components.filter(
    ({ kind, id }) => kind === 'mariadb-database' && id.startsWith(`mariadb/${name}/`),
  );
}
