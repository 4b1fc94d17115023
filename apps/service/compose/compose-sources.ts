import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { mariadbServer } from '#settings/mariadb-server.ts';
import { mssqlServer } from '#settings/mssql-server.ts';
import { resolveFolderPath } from '#settings/resolve-folder-path.ts';
import type { FolderSettings, MariadbSettings, MssqlSettings, Settings } from '#settings/settings.ts';
import { fileSource } from '#sources/files/file-source.ts';
import { folderSource } from '#sources/files/folder-source.ts';
import { mariadbSource } from '#sources/mariadb/mariadb-source.ts';
import { missingSource } from '#sources/missing-source.ts';
import { mssqlSource } from '#sources/mssql/mssql-source.ts';
import type { Source } from '#sources/source.ts';
import { sqliteSource } from '#sources/sqlite/sqlite-source.ts';

export interface SourcePlaces {
  /** Absolute paths that are never part of a set: destination, state, journal. */
  neverInside: string[];
  /** Where a database file is copied to before it is read. */
  workFolder: string;
  clock: Clock;
}

/** The conf's sections as sources, databases first so that files are never older than the rows that name them. */
export async function composeSources(settings: Settings, places: SourcePlaces): Promise<Source[]> {
  const folders = await Promise.all(settings.folders.map((folder) => oneFolder(folder, settings, places)));
  return [
    ...settings.mariadb.map((server) => oneServer(server, places)),
    ...settings.mssql.map((server) => oneSqlServer(server, settings.file, places)),
    ...settings.sqlite.map((database) => sqliteSource({ ...database, ...places })),
    ...folders,
    ...settings.files.map((file) => fileSource({ ...file, ...places })),
    // BS-05: the backup's own conf comes along, so that its settings come back too.
    fileSource({ name: 'sysbackup.conf', path: settings.file, importance: 'required', ...places }),
  ];
}

function oneServer(server: MariadbSettings, places: SourcePlaces): Source {
  return mariadbSource({
    name: server.name,
    server: mariadbServer(server),
    databases: server.databases,
    importance: server.importance,
    exact: server.exact,
    accounts: server.accounts,
    clock: places.clock,
  });
}

function oneSqlServer(server: MssqlSettings, conf: string, places: SourcePlaces): Source {
  const { name, databases, importance, staging, stallMs } = server;
  return mssqlSource({
    ...{ name, databases, importance, staging, stallMs, conf },
    server: mssqlServer(server),
    clock: places.clock,
  });
}

async function oneFolder(folder: FolderSettings, settings: Settings, places: SourcePlaces): Promise<Source> {
  const { name, importance, exclude } = folder;
  try {
    const path = await resolveFolderPath(folder.path, settings.system);
    return folderSource({ name, path, importance, exclude, ...places });
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    return missingSource({
      id: `folder/${name}`,
      kind: 'folder',
      name,
      importance,
      reason: error.message,
      clock: places.clock,
    });
  }
}
