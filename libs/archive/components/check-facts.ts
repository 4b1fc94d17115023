import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentKind, ComponentRecord } from '#sources/source.ts';
import { accountFacts } from './account-facts.ts';
import { backupFacts } from './backup-facts.ts';
import { databaseFacts } from './database-facts.ts';
import type { Facts } from './facts.ts';
import { fileFacts } from './file-facts.ts';
import { loginFacts } from './login-facts.ts';

type ReadFacts = (component: ComponentRecord, archive: MemberReader, signal: AbortSignal) => Promise<Facts>;

const READERS: Partial<Record<ComponentKind, ReadFacts>> = {
  'mariadb-database': databaseFacts,
  'mariadb-accounts': accountFacts,
  'mssql-database': backupFacts,
  'mssql-logins': loginFacts,
  folder: fileFacts,
  file: fileFacts,
};

/** Undefined if the record is true, else what is not. Throws `archive-damaged` for lists that break the format. */
export async function checkFacts(
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<string | undefined> {
  const facts = await READERS[component.kind]?.(component, archive, signal);
  if (facts === undefined) return undefined;
  const own = new Set(component.members.map(({ path }) => path));
  const foreign = [...facts.members].find((path) => !own.has(path));
  if (foreign !== undefined) return `it says that "${foreign}" is part of it, the manifest does not`;
  for (const key of ['items', 'rows', 'bytes', 'sha256'] as const) {
    if (facts[key] !== component[key]) {
      return `the manifest says ${key} ${component[key]}, its contents say ${facts[key]}`;
    }
  }
  return undefined;
}
