import { journalFolder } from './default-places.ts';
import type { Settings } from './settings.ts';

/**
 * Absolute paths that are never part of a folder's component, wherever they lie, and that stay where they are
 * when a folder is restored around them: the backup's own places, the drill's scratch folder, staging folders of SQL Servers, and SQLite databases with their companions,
 * which are components of their own and would be torn copies as files.
 */
export function neverInside(settings: Settings, state: string): string[] {
  const databases = settings.sqlite.flatMap(({ path }) => [
    path,
    `${path}-wal`,
    `${path}-shm`,
    `${path}-journal`,
  ]);
  const staging = settings.mssql.flatMap((server) => (server.staging ? [server.staging.localPath] : []));
  const { path, second } = settings.backup;
  const others = [second?.path, settings.drill.folder].filter((place) => place !== undefined);
  return [path, ...others, state, journalFolder(state, settings), ...staging, ...databases];
}
