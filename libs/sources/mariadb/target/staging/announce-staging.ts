import type { SwitchRecord } from '../../../restore-target.ts';
import { connectMariadb } from '../../connect.ts';
import { readIdentity } from '../server-identity.ts';
import type { StagingParts } from './staging-parts.ts';
import type { AnnouncedStaging } from './staging-record.ts';

/** Names what a restore is about to make on a server, before it is made. Makes nothing. */
export async function announceStaging(
  { name, server, records, run, localInfile }: StagingParts,
  stagingOf: (database: string) => string,
  signal: AbortSignal,
): Promise<SwitchRecord> {
  await using connection = await connectMariadb(server, signal);
  const [row] = await connection.query<{ on: string | number }>('SELECT @@global.local_infile AS `on`');
  const state: AnnouncedStaging = {
    format: 'lifeboat-mariadb-staging',
    formatVersion: 1,
    place: connection.place,
    identity: await readIdentity(connection),
    files: `${name}-${run}`,
    databases: records.map((record) => ({ database: record.name, staging: stagingOf(record.name) })),
    localInfile: localInfile === 'switch-on' && String(row?.on) !== '1',
  };
  return { target: `mariadb/${name}`, engine: 'mariadb', state };
}
