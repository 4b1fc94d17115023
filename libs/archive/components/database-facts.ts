import { createHash } from 'node:crypto';
import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { Facts } from './facts.ts';
import { readTables } from './read-tables.ts';

/** Of a MariaDB database, from objects.json. */
export async function databaseFacts(
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<Facts> {
  const tables = await readTables(component, archive, signal);
  const sha256 = createHash('sha256');
  for (const table of tables) sha256.update(`${table.sha256}  ${table.name}\n`);
  return {
    items: tables.length,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
    sha256: sha256.digest('hex'),
    members: new Set(tables.flatMap(({ members }) => members)),
  };
}
