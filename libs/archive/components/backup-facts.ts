import { LifeboatError } from '#platform/errors.ts';
import { backupMember } from '#sources/mssql/backup-member.ts';
import { DATABASE_OBJECTS_SHAPE, mssqlDatabaseDetails } from '#sources/mssql/format.ts';
import { objectsHash } from '#sources/mssql/objects-hash.ts';
import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { Facts } from './facts.ts';
import { readJsonMember } from './read-json-member.ts';

/** Of a SQL Server database: its .bak is one file, and the list in objects.json the one that the manifest means. */
export async function backupFacts(
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<Facts> {
  const { form, objects } = mssqlDatabaseDetails(component);
  const list = await readJsonMember(component, 'objects.json', DATABASE_OBJECTS_SHAPE, archive, signal);
  if (list.objects.length !== objects.count || objectsHash(list.objects) !== objects.sha256) {
    throw new LifeboatError(
      'archive-damaged',
      `objects.json of ${component.id} is not the list that was made`,
    );
  }
  const bak = backupMember(component);
  const { bytes, sha256 } = form === 'plain' ? bak : component;
  return { items: 1, bytes, sha256, members: new Set([bak.path]) };
}
