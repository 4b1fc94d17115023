import { join } from 'node:path';
import type { ArchiveReader } from '#archive/archive.ts';
import { extractMembers } from '#restore/extract/extract-members.ts';
import { extractFile } from '#sources/files/extract-file.ts';
import { extractFolder } from '#sources/files/extract-folder.ts';
import { memberSegment } from '#sources/member-segment.ts';
import { extractBackup } from '#sources/mssql/extract-backup.ts';
import type { CheckedItem, StageOptions } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { extractSqlite } from '#sources/sqlite/extract-sqlite.ts';

/** How each kind of component is taken out into a folder. */
export function extractComponent(
  component: ComponentRecord,
  archive: ArchiveReader,
  into: string,
  options: StageOptions,
): Promise<CheckedItem> {
  const folder = join(into, component.id.split('/', 1)[0] ?? '');
  switch (component.kind) {
    case 'folder':
      return extractFolder(component, archive, folder, options);
    case 'file':
      return extractFile(component, archive, join(folder, memberSegment(component.name)), options);
    case 'mssql-database':
      return extractBackup(component, archive, folder, options);
    case 'sqlite-database':
      return extractSqlite(component, archive, folder, options);
    default:
      return extractMembers(component, archive, into, options);
  }
}
