import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { TargetWork } from '#restore/run-restore.ts';
import { resolveFolderPath } from '#settings/resolve-folder-path.ts';
import type { Settings } from '#settings/settings.ts';
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
  environment: NodeJS.ProcessEnv;
  clock: Clock;
}

/**
 * A target for each chosen component that the profile knows, databases first; the only file of the restore
 * tool that knows every driver. Components the profile does not name stay out, with the reason.
 */
export async function composeTargets(
  chosen: readonly ComponentRecord[],
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
    works.push({ target: await composeMariadbTarget(server, components, request, places), components });
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
  const neverInside = [settings.backup.path, places.state];
  if (component.id === CONF_COMPONENT) {
    return { target: fileTarget({ name: component.name, path: places.conf, runId }) };
  }
  if (component.kind === 'sqlite-database') {
    const database = settings.sqlite.find(({ name }) => component.id === `sqlite/${name}`);
    if (database) return { target: sqliteTarget({ name: database.name, path: database.path, runId }) };
  }
  if (component.kind === 'file') {
    const file = settings.files.find(({ name }) => component.id === `file/${name}`);
    if (file) return { target: fileTarget({ name: file.name, path: file.path, runId }) };
  }
  if (component.kind === 'folder') {
    const folder = settings.folders.find(({ name }) => component.id === `folder/${name}`);
    if (folder === undefined) return unknown(component);
    try {
      const path = await resolveFolderPath(folder.path, settings.system);
      return { target: folderTarget({ name: folder.name, path, runId, neverInside }) };
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
      return { why: `${error.message}; restore that conf file first, then this folder` };
    }
  }
  return unknown(component);
}

function unknown(component: ComponentRecord): { id: string; why: string } {
  return { id: component.id, why: 'sysbackup.conf does not name it; add it there, or use extract' };
}
