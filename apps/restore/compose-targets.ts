import { resolve } from 'node:path';
import type { ArchiveReader } from '#archive/archive.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { TargetWork } from '#restore/restore-parts.ts';
import { neverInside } from '#settings/never-inside.ts';
import { resolveFolderPath } from '#settings/resolve-folder-path.ts';
import type { FolderSettings, Settings } from '#settings/settings.ts';
import { filesRecord } from '#sources/files/entries/files-record.ts';
import { fileTarget } from '#sources/files/file-target.ts';
import { folderTarget } from '#sources/files/folder-target.ts';
import type { RestoreTarget, TargetReport } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { sqliteTarget } from '#sources/sqlite/sqlite-target.ts';
import { composeMariadbTarget, unseenServer } from './compose-mariadb-target.ts';
import { composeMssqlTarget, unseenMssqlServer } from './compose-mssql-target.ts';
import { onDatabaseServer } from './on-database-server.ts';
import { CONF_COMPONENT } from './read-archived-settings.ts';
import type { Profile } from './read-profile.ts';
import type { RestoreRequest } from './request.ts';
import type { TargetPlaces } from './target-places.ts';

export interface ComposedTargets {
  works: TargetWork[];
  /** Of servers that the request does not sign in to: shown in the plan, without a target. */
  unseen: TargetReport[];
  left: { id: string; why: string }[];
  /** Places that only the archive could tell, a line each. */
  placesFromArchive: string[];
}

/**
 * A target for each chosen component that the profile knows, databases first; the only file of the restore
 * tool that knows every driver. Components the profile does not name stay out, with the reason.
 */
export async function composeTargets(
  chosen: readonly ComponentRecord[],
  archive: ArchiveReader,
  profile: Profile,
  request: ServersRequest,
  places: TargetPlaces,
): Promise<ComposedTargets> {
  const { settings } = profile;
  const works: TargetWork[] = [];
  const unseen: TargetReport[] = [];
  const left: ComposedTargets['left'] = [];
  const placesFromArchive: string[] = [];
  const servers = serversOf(settings, archive, request, places);
  for (const server of servers) {
    const components = chosen.filter((component) => isOnServer(component, server.id));
    if (components.length === 0) continue;
    if (server.target === undefined) unseen.push(server.unseen(components));
    else works.push({ target: await server.target(components), components });
  }
  for (const component of chosen) {
    if (onDatabaseServer(component)) {
      if (!servers.some(({ id }) => isOnServer(component, id))) left.push(unknown(component));
      continue;
    }
    const found = await singleTarget(component, settings, places);
    if ('target' in found) works.push({ target: found.target, components: [component] });
    else left.push({ id: component.id, why: found.why });
    if ('placeFromArchive' in found) placesFromArchive.push(found.placeFromArchive);
  }
  return { works, unseen, left, placesFromArchive };
}

/** How to sign in to servers, and what was agreed to there. */
export type ServersRequest = Pick<RestoreRequest, 'mariadb' | 'mssql'>;

interface DatabaseServer {
  id: string;
  /** Undefined: nobody signs in to it. */
  target: ((components: readonly ComponentRecord[]) => Promise<RestoreTarget>) | undefined;
  unseen(components: readonly ComponentRecord[]): TargetReport;
}

function serversOf(
  settings: Settings,
  archive: ArchiveReader,
  request: ServersRequest,
  places: TargetPlaces,
): DatabaseServer[] {
  const { mariadb, mssql } = request;
  return [
    ...settings.mariadb.map((section): DatabaseServer => {
      const { signIn } = mariadb;
      return {
        id: `mariadb/${section.name}`,
        unseen: (components) => unseenServer(section, components),
        target:
          signIn &&
          ((components) =>
            composeMariadbTarget(
              section,
              components,
              archive,
              { ...mariadb, signIn },
              places,
              places.signal,
            )),
      };
    }),
    ...settings.mssql.map((section): DatabaseServer => {
      const { signIn } = mssql;
      return {
        id: `mssql/${section.name}`,
        unseen: (components) => unseenMssqlServer(section, components),
        target:
          signIn &&
          ((components) => composeMssqlTarget(section, components, archive, { ...mssql, signIn }, places)),
      };
    }),
  ];
}

function isOnServer(component: ComponentRecord, server: string): boolean {
  return component.id === server || component.id.startsWith(`${server}/`);
}

type Found =
  | { target: RestoreTarget }
  | { target: RestoreTarget; placeFromArchive: string }
  | { why: string };

async function singleTarget(
  component: ComponentRecord,
  settings: Settings,
  places: TargetPlaces,
): Promise<Found> {
  const { runId } = places;
  if (component.id === CONF_COMPONENT) return { target: fileTarget({ component, path: places.conf, runId }) };
  const [kind, name] = splitId(component.id);
  const file = kind === 'file' && settings.files.find((one) => one.name === name);
  if (file) return { target: fileTarget({ component, path: file.path, runId }) };
  const database = kind === 'sqlite' && settings.sqlite.find((one) => one.name === name);
  if (database) return { target: sqliteTarget({ component, path: database.path, runId }) };
  const folder = kind === 'folder' && settings.folders.find((one) => one.name === name);
  if (folder) return await folderAt(component, folder, settings, places);
  return unknown(component);
}

/**
 * Where a conf file of the system should tell the folder's place and is lost itself, the place of the backup is
 * taken, and agreed to like all that comes out of an archive.
 */
async function folderAt(
  component: ComponentRecord,
  folder: FolderSettings,
  settings: Settings,
  places: TargetPlaces,
): Promise<Found> {
  const at = (path: string): RestoreTarget =>
    folderTarget({ component, path, runId: places.runId, neverInside: neverInside(settings, places.state) });
  try {
    return { target: at(await resolveFolderPath(folder.path, settings.system)) };
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    const path = resolve(filesRecord(component).from);
    const placeFromArchive = `${error.message}, so the place of ${component.id} comes from the archive: ${path}`;
    return { target: at(path), placeFromArchive };
  }
}

function splitId(id: string): [kind: string, name: string] {
  const slash = id.indexOf('/');
  return [id.slice(0, slash), id.slice(slash + 1)];
}

function unknown(component: ComponentRecord): { id: string; why: string } {
  return { id: component.id, why: 'sysbackup.conf does not name it; add it there, or use extract' };
}
