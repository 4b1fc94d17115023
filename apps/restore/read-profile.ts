import type { ArchiveReader } from '#archive/archive.ts';
import { LifeboatError } from '#platform/errors.ts';
import { readSettings } from '#settings/read-settings.ts';
import type { Settings } from '#settings/settings.ts';
import { readArchivedSettings } from './read-archived-settings.ts';

/** Where things go and which commands are run. */
export interface Profile {
  settings: Settings;
  /** `archive`: no installed conf could be read, so this one is obeyed only after a typed agreement. */
  from: 'installed' | 'archive';
  /** Why the installed one could not be read, in one line. */
  why?: string;
}

/** The installed sysbackup.conf if it can be read; otherwise the one inside the archive, marked as such. */
export async function readProfile(
  conf: string,
  archive: ArchiveReader,
  signal: AbortSignal,
): Promise<Profile> {
  try {
    return { settings: await readSettings(conf), from: 'installed' };
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    const settings = await settingsInside(archive, conf, signal);
    // The first line counts the mistakes; lifeboat check names them all.
    return { settings, from: 'archive', why: error.message.split('\n', 1)[0] ?? '' };
  }
}

async function settingsInside(archive: ArchiveReader, conf: string, signal: AbortSignal): Promise<Settings> {
  const settings = await readArchivedSettings(archive, conf, signal);
  if (settings !== undefined) return settings;
  throw new LifeboatError('conf-missing', `${conf} cannot be read and the archive holds no sysbackup.conf`, {
    hint: 'write a sysbackup.conf for this system, or use extract to take the contents out by hand',
  });
}
