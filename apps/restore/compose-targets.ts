import type { ArchiveReader } from '#archive/archive.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { TargetWork } from '#restore/run-restore.ts';
import { journalFolder } from '#settings/default-places.ts';
import { resolveFolderPath } from '#settings/resolve-folder-path.ts';
import type { FolderSettings, Settings } from '#settings/settings.ts';
import { fileTarget } from '#sources/files/file-target.ts';
import { folderTarget } from '#sources/files/folder-target.ts';
import type { ComponentRecord, RestoreTarget } from '#sources/source.ts';
import { sqliteTarget } from '#sources/sqlite/sqlite-target.ts';
import { composeMariadbTarget } from './compose-mariadb-target.ts';
import { CONF_COMPONENT, type Profile } from './read-profile.ts';
import type { RestoreRequest } from './request.ts';

export interface TargetPlaces {
  conf: string;
  state: string;
  runId: string;
  signal: AbortSignal;
}

/**
 * A target for each chosen component that the profile knows, databases first; the only file of the restore
 * tool that knows every driver. Components the profile does not name stay out, with the reason.
 */
export async function composeTargets(
  chosen: readonly ComponentRecord[],
  archive: ArchiveReader,
  profile: Profile,
  request: RestoreRequest,
  places: TargetPlaces,
): Promise<{ works: TargetWork[]; left: { id: string; why: string }[] }> {
  const { settings } = profile;
  const works: TargetWork[] = [];
  const left: { id: string; why: string }[] = [];
  for (const server of settings.mariadb) {
    const components = chosen.filter((component) => isOnServer(component, server.name));
    if (components.length === 0) continue;
    works.push({
      target: await composeMariadbTarget(server, components, archive, request, places, places.signal),
      components,
    });
  }
  for (const component of chosen) {
    if (component.kind.startsWith('mariadb-')) {
      if (!settings.mariadb.some((server) => isOnServer(component, server.name)))
        left.push(unknown(component));
      continue;
    }
    const found = await singleTarget(component, settings, places);
    if ('target' in found) works.push({ target: found.target, components: [component] });
    else left.push({ id: component.id, why: found.why });
  }
  return { works, left };
}

function isOnServer(component: ComponentRecord, server: string): boolean {
  return component.id === `mariadb/${server}` || component.id.startsWith(`mariadb/${server}/`);
}

type Found = { target: RestoreTarget } | { why: string };

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

async function folderAt(
  component: ComponentRecord,
  folder: FolderSettings,
  settings: Settings,
  places: TargetPlaces,
): Promise<Found> {
  try {
    const path = await resolveFolderPath(folder.path, settings.system);
    const neverInside = [settings.backup.path, places.state, journalFolder(places.state, settings)];
    return { target: folderTarget({ component, path, runId: places.runId, neverInside }) };
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    return { why: `${error.message}; restore that conf file first, then this folder` };
  }
}

function splitId(id: string): [kind: string, name: string] {
  const slash = id.indexOf('/');
  return [id.slice(0, slash), id.slice(slash + 1)];
}

function unknown(component: ComponentRecord): { id: string; why: string } {
  return { id: component.id, why: 'sysbackup.conf does not name it; add it there, or use extract' };
}
