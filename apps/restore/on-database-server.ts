import type { ComponentRecord } from '#sources/source.ts';

/** What belongs to a server that one has to sign in to. */
export function onDatabaseServer({ kind }: Pick<ComponentRecord, 'kind'>): boolean {
  return kind.startsWith('mariadb-') || kind.startsWith('mssql-');
}
