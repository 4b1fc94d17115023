import type { SwitchRecord } from '../../../restore-target.ts';
import type { ComponentRecord } from '../../../source.ts';
import { connectMssql } from '../../connect.ts';
import type { MssqlServer } from '../../connection.ts';
import { readServer } from '../../read-server.ts';
import { findStaging } from '../../staging.ts';
import { readServerName } from '../server-name.ts';
import { stagedFileName } from './mark-of.ts';
import type { AnnouncedStaging } from './staging-record.ts';

export interface AnnounceParts {
  name: string;
  server: MssqlServer;
  records: readonly ComponentRecord[];
  run: string;
  conf: string;
  configured: { serverPath: string; localPath: string } | undefined;
}

/** Names what a restore is about to make on a server, before it is made. Makes nothing. */
export async function announceStaging(parts: AnnounceParts, signal: AbortSignal): Promise<SwitchRecord> {
  const { name, server, records, run, configured } = parts;
  await using connection = await connectMssql(server, signal);
  const databases = records.map((_, index) => `lb_${run}_${index + 1}`);
  const state: AnnouncedStaging = {
    format: 'lifeboat-mssql-staging',
    formatVersion: 1,
    place: connection.place,
    serverName: await readServerName(connection, signal),
    files: `${name}-${run}`,
    databases,
    backups: [],
  };
  if (databases.length > 0) {
    const facts = await readServer(connection, signal);
    const folder = findStaging(facts, { name, server, staging: configured });
    state.backups = databases.map((database) => folder.here(stagedFileName(parts, database)));
  }
  return { target: `mssql/${name}`, engine: 'mssql', state };
}
