import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { Facts } from './check-facts.ts';
import { readJsonMember } from './read-json-member.ts';

const table = z.object({
  name: z.string(),
  rows: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string(),
  members: z.array(z.string()),
});

const objects = z.object({ tables: z.array(table) });

/** What objects.json says about the rows of a table. */
export type TableFacts = z.infer<typeof table>;

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

export async function readTables(
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<TableFacts[]> {
  return (await readJsonMember(component, 'objects.json', objects, archive, signal)).tables;
}
