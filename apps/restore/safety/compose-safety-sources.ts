import { join } from 'node:path';
import { neverInside } from '#settings/never-inside.ts';
import type { MariadbSettings, MssqlSettings } from '#settings/settings.ts';
import { fileSource } from '#sources/files/file-source.ts';
import { folderSource } from '#sources/files/folder-source.ts';
import { mariadbSource } from '#sources/mariadb/mariadb-source.ts';
import { mssqlSource } from '#sources/mssql/mssql-source.ts';
import type { Source } from '#sources/source.ts';
import { sqliteSource } from '#sources/sqlite/sqlite-source.ts';
import { namesBelow } from './names-below.ts';
import type { SafetyParts } from './safety-parts.ts';
import { signedIn } from './signed-in.ts';
import { signedInToMssql } from './signed-in-to-mssql.ts';

/**
 * Sources of what is live of these components: all of it, also what the conf leaves out of backups, since all of it is
 * about to go. What is not there is no error.
 */
export async function composeSafetySources(
  parts: SafetyParts,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Source[]> {
  const { plan, profile, recording, places } = parts;
  const { settings } = profile;
  const common = {
    importance: 'optional' as const,
    clock: recording.clock,
    workFolder: join(places.state, 'work', plan.system.id),
    neverInside: neverInside(settings, places.state),
  };
  const sources: Source[] = [];
  for (const section of settings.mariadb) {
    const source = await databasesOf(section, ids, parts, signal);
    if (source !== undefined) sources.push(source);
  }
  for (const section of settings.mssql) {
    const source = await databasesOfSqlServer(section, ids, parts, signal);
    if (source !== undefined) sources.push(source);
  }
  for (const { id, kind, place } of plan.steps) {
    if (!ids.includes(id)) continue;
    const name = id.slice(id.indexOf('/') + 1);
    if (kind === 'sqlite-database') sources.push(sqliteSource({ ...common, name, path: place }));
    if (kind === 'folder') sources.push(folderSource({ ...common, name, path: place, exclude: [] }));
    if (kind === 'file') sources.push(fileSource({ ...common, name, path: place }));
  }
  return sources;
}

/** Undefined if nothing of the server is to be saved. */
async function databasesOf(
  section: MariadbSettings,
  ids: readonly string[],
  { request, recording }: SafetyParts,
  signal: AbortSignal,
): Promise<Source | undefined> {
  // Also what the conf names no longer: it is in the archive, so what is live of it goes too.
  const databases = namesBelow(`mariadb/${section.name}/`, ids);
  if (databases.length === 0) return undefined;
  const server = await signedIn(section, request.mariadb.signIn, signal);
  const { name } = section;
  return mariadbSource({
    ...{ name, server, databases, importance: 'optional', exact: 'snapshot' },
    clock: recording.clock,
  });
}

/** The same for a SQL Server. The logins that its databases need come with them. */
async function databasesOfSqlServer(
  section: MssqlSettings,
  ids: readonly string[],
  { request, recording, places }: SafetyParts,
  signal: AbortSignal,
): Promise<Source | undefined> {
  const { name, staging, stallMs } = section;
  const databases = namesBelow(`mssql/${name}/`, ids);
  if (databases.length === 0) return undefined;
  const server = await signedInToMssql(section, request.mssql.signIn, signal);
  return mssqlSource({
    ...{ name, server, databases, importance: 'optional', staging, stallMs },
    ...{ conf: places.conf, clock: recording.clock },
  });
}
