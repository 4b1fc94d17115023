import { createHash } from 'node:crypto';
import type { DatabaseObject } from './format.ts';
import { quoteName } from './quote-name.ts';

type Named = Pick<DatabaseObject, 'schema' | 'name' | 'type'>;

/**
 * SHA-256 over the lines `<type> <schema>.<name>\n` (brackets of names doubled, in brackets) in order: equal for
 * two databases with the same objects. Rows do not count.
 */
export function objectsHash(objects: readonly Named[]): string {
  const sha256 = createHash('sha256');
  for (const object of inOrder(objects)) sha256.update(`${lineOf(object)}\n`);
  return sha256.digest('hex');
}

/** By schema, name and type, code unit by code unit: the same whatever the collation of a server. */
export function inOrder<T extends Named>(objects: readonly T[]): T[] {
  return objects.toSorted(
    (a, b) => compare(a.schema, b.schema) || compare(a.name, b.name) || compare(a.type, b.type),
  );
}

/** `U [dbo].[orders]`, for lists and differences. */
export function lineOf({ type, schema, name }: Named): string {
  return `${type} ${quoteName(schema)}.${quoteName(name)}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
