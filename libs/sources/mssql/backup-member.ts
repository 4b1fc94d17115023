import { LifeboatError } from '#platform/errors.ts';
import type { ComponentRecord, MemberRecord } from '#sources/source.ts';
import { mssqlDatabaseDetails } from './format.ts';

/** The member that holds the .bak of an `mssql-database`. Throws `archive-damaged` if there is none, or not that alone. */
export function backupMember(component: ComponentRecord): MemberRecord {
  const { form } = mssqlDatabaseDetails(component);
  const name = form === 'zstd' ? '/database.bak.zst' : '/database.bak';
  const [member, ...others] = component.members.filter(({ path }) => path.endsWith(name));
  if (member !== undefined && others.length === 0) return member;
  throw new LifeboatError('archive-damaged', `${component.id} has no member ${name.slice(1)}`);
}
