import { hash } from 'node:crypto';
import type { LogPosition } from '#sources/source.ts';
import type { Connection } from './connect.ts';
import type { AccountObjects } from './format.ts';
import type { FrozenDatabase } from './freeze-databases.ts';

/** What a server counts up when something is written. */
export interface WriteState {
  version: string;
  /** InnoDB's log sequence number: grows with every change of its tables, also one that skips the binary log. */
  innodb: string;
  /** Last change of each table, as far as the server remembers it, by `database.table`. */
  changed: Map<string, string>;
}

/** To be asked for before the snapshot, so that a change between the two shows the next time. */
export async function readWriteState(
  connection: Connection,
  databases: readonly string[],
): Promise<WriteState> {
  const [innodb] = await connection.query<{ Value: string }>(
    `SHOW GLOBAL STATUS LIKE 'Innodb\\_lsn\\_current'`,
  );
  const tables = await connection.query<{ name: string; changed: string | null }>(
    `SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS name, CAST(UPDATE_TIME AS CHAR) AS changed
     FROM information_schema.TABLES WHERE TABLE_SCHEMA IN (?)`,
    [databases.length > 0 ? databases : ['']],
  );
  return {
    version: connection.serverVersion,
    innodb: innodb?.Value ?? '',
    changed: new Map(tables.map(({ name, changed }) => [name, changed ?? ''])),
  };
}

/**
 * Equal fingerprints prove an equal database (FD-21): the same place in the binary log, the same number of InnoDB's
 * own log, no table with a later change, and definitions that are word for word the same. Undefined without a
 * binary log, and where tables of other engines could be written to beside both logs.
 */
export function databaseFingerprint(
  { tables, ...objects }: FrozenDatabase,
  position: LogPosition | undefined,
  before: WriteState,
): string | undefined {
  const logged = tables.every(({ hasRows, engine }) => !hasRows || engine === 'InnoDB');
  if (position?.file === undefined || before.innodb === '' || !logged) return undefined;
  const definitions = tables.map(({ estimatedBytes: _, ...table }) => table);
  const changed = tables.map(({ name }) => before.changed.get(`${objects.database}.${name}`) ?? '');
  const { version, innodb } = before;
  return digest({ scheme: 1, version, innodb, position, changed, ...objects, definitions });
}

/** The accounts were read: this is their content. */
export function accountsFingerprint(accounts: AccountObjects): string {
  return digest({ scheme: 1, ...accounts });
}

function digest(value: unknown): string {
  return hash('sha256', JSON.stringify(value));
}
