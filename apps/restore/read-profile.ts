import type { ArchiveReader } from '#archive/archive.ts';
import { LifeboatError } from '#platform/errors.ts';
import { readAll } from '#platform/read-all.ts';
import { readSettings, settingsOf } from '#settings/read-settings.ts';
import type { Settings } from '#settings/settings.ts';
import { fileMember } from '#sources/files/file-member.ts';

/** The component that holds the backup's own conf (BS-05). */
export const CONF_COMPONENT = 'file/sysbackup.conf';

/** Where things go and which commands are run. */
export interface Profile {
  settings: Settings;
  /** `archive`: no installed conf could be read, so this one is obeyed only after a typed agreement. */
  from: 'installed' | 'archive';
  /** Why the installed one could not be read, in one line. */
  why?: string;
}

/** A conf is a few pages; anything larger inside an archive is not one. */
const LARGEST_CONF = 1 << 20;

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
  const record = archive.manifest.components.find((component) => component.id === CONF_COMPONENT);
  if (record === undefined) {
    throw new LifeboatError(
      'conf-missing',
      `${conf} cannot be read and the archive holds no sysbackup.conf`,
      {
        hint: 'write a sysbackup.conf for this system, or use extract to take the contents out by hand',
      },
    );
  }
  const bytes = await readAll(fileMember(record, archive, signal), LARGEST_CONF);
  return settingsOf(Buffer.from(bytes).toString('utf8'), conf);
}
