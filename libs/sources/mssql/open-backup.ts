import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { unzstd } from '../unzstd.ts';
import { backupMember } from './backup-member.ts';
import { mssqlDatabaseDetails } from './format.ts';

/**
 * The .bak of an `mssql-database`, uncompressed, as the server wrote it. Whoever needs all of it right compares bytes and
 * SHA-256 with the record's: the archive's own hashes are of the member.
 */
export function openBackup(
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const stored = archive.open(backupMember(component).path, signal);
  const { form } = mssqlDatabaseDetails(component);
  return form === 'zstd' ? unzstd(stored, component.bytes, component.id) : stored;
}
