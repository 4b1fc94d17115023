import type { Connection } from './connect.ts';
import { matchesPattern } from './matches-pattern.ts';

/** What the signed-in account may do, its active roles included. */
export interface Rights {
  /** On all databases. */
  everywhere(right: string): boolean;
  /** On a whole database. */
  on(database: string, right: string): boolean;
}

interface Grant {
  rights: Set<string>;
  /** Undefined means `*.*`; else the name or pattern as it was granted. */
  pattern: string | undefined;
}

/**
 * Read from the account's own grants: a missing TRIGGER or EVENT right shows in no error, only in lists that
 * are shorter than they should be.
 */
export async function readRights(connection: Connection): Promise<Rights> {
  const rows = await connection.query<Record<string, string>>('SHOW GRANTS');
  const grants = rows
    .map((row) => parseGrant(Object.values(row)[0] ?? ''))
    .filter((grant) => grant !== undefined);
  const has = (grant: Grant, right: string) => grant.rights.has(right) || grant.rights.has('ALL PRIVILEGES');
  const everywhere = (right: string) =>
    grants.some((grant) => grant.pattern === undefined && has(grant, right));
  return {
    everywhere,
    on: (database, right) =>
      everywhere(right) ||
      grants.some(
        ({ pattern, ...grant }) =>
          pattern !== undefined && has({ pattern, ...grant }, right) && matchesPattern(database, pattern),
      ),
  };
}

/** ``GRANT SELECT, SHOW VIEW ON `ac`.* TO …``; rights on single tables, columns and routines do not count. */
function parseGrant(line: string): Grant | undefined {
  const match = /^GRANT ([A-Z, ]+) ON (\*|`(?:[^`]|``)*`)\.\* TO /.exec(line);
  if (match === null) return undefined;
  const place = match[2] ?? '*';
  return {
    rights: new Set((match[1] ?? '').split(',').map((right) => right.trim())),
    pattern: place === '*' ? undefined : place.slice(1, -1).replaceAll('``', '`'),
  };
}
