import * as z from 'zod';
import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
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

/** The tables of a MariaDB database, in the order of objects.json. Throws as readJsonMember. */
export async function readTables(
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<TableFacts[]> {
  return (await readJsonMember(component, 'objects.json', objects, archive, signal)).tables;
}
