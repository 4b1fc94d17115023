import { randomUUID } from 'node:crypto';
import type { Content, Database, DataFile, ServerState } from './model.ts';

/** A database that is not there yet, without its files on the disk. */
export function createDatabase(
  state: ServerState,
  name: string,
  given: Partial<Omit<Database, 'id' | 'name'>> & { ownerSid: Buffer },
): Database {
  return {
    id: state.nextDatabaseId++,
    name,
    state: 'ONLINE',
    access: 'MULTI_USER',
    recovery: 'FULL',
    compatibility: Math.min(160, state.version[0] * 10),
    trustworthy: false,
    asyncStatistics: false,
    readOnly: false,
    created: Temporal.Now.plainDateTimeISO(),
    family: randomUUID().toUpperCase(),
    certificate: undefined,
    files: defaultFiles(state, name),
    content: emptyContent(given.ownerSid),
    ...given,
  };
}

/** Where the server puts the files of a new database. */
export function defaultFiles(state: ServerState, name: string): DataFile[] {
  return [
    { id: 1, logical: name, physical: `${state.dataPath}${name}.mdf`, kind: 'D' },
    { id: 2, logical: `${name}_log`, physical: `${state.dataPath}${name}_log.ldf`, kind: 'L' },
  ];
}

function emptyContent(dboSid: Buffer): Content {
  return { tables: [], others: [], users: [], dboSid, nextObjectId: 581_577_110, nextUserId: 5 };
}
