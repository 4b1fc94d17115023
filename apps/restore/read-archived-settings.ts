import type { ArchiveReader } from '#archive/archive.ts';
import { readAll } from '#platform/read-all.ts';
import { settingsOf } from '#settings/read-settings.ts';
import type { Settings } from '#settings/settings.ts';
import { fileMember } from '#sources/files/entries/file-member.ts';

/** The component that holds the backup's own conf (BS-05). */
export const CONF_COMPONENT = 'file/sysbackup.conf';

/** A conf is a few pages; anything larger inside an archive is not one. */
const LARGEST_CONF = 1 << 20;

/**
 * The sysbackup.conf inside an archive, as if it lay at `conf`; undefined if the archive holds none. Throws
 * `conf-invalid` with its mistakes.
 */
export async function readArchivedSettings(
  archive: ArchiveReader,
  conf: string,
  signal: AbortSignal,
): Promise<Settings | undefined> {
  const record = archive.manifest.components.find(({ id }) => id === CONF_COMPONENT);
  if (record === undefined || record.state === 'missing') return undefined;
  const bytes = await readAll(fileMember(record, archive, signal), LARGEST_CONF);
  return settingsOf(Buffer.from(bytes).toString('utf8'), conf);
}
