import type { SecondPlace } from '#backup/second-place.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import type { Settings } from '#settings/settings.ts';

/** TN-12: the folder on another medium that the settings name; undefined where they name none. */
export function secondPlace({ backup: { second } }: Pick<Settings, 'backup'>): SecondPlace | undefined {
  if (second === undefined) return undefined;
  const words = { called: 'second backup path', key: 'second_path' };
  return { destination: folderDestination(second.path, words), keep: second.keep };
}
