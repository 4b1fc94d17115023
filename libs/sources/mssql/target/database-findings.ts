import * as z from 'zod';
import type { ComponentRecord, Finding } from '../../source.ts';
import type { Connection } from '../connection.ts';
import { mssqlDatabaseDetails } from '../format.ts';
import { hexBytes, parseRows } from '../parse-rows.ts';
import type { ServerFacts } from '../read-server.ts';
import { type Instance, newerFinding } from './read-instance.ts';
import type { LiveDatabase } from './read-live.ts';
import { databaseSessions } from './switch/database-sessions.ts';

export interface DatabaseFindingsParts {
  seen: readonly { record: ComponentRecord; live: LiveDatabase | undefined }[];
  facts: Pick<ServerFacts, 'ignoresCase'>;
  instance: Instance;
  dropDamaged: boolean;
}

/** What hinders the restore of databases, or should be known before: the first question is whether the server can read them at all. */
export async function databaseFindings(
  connection: Connection,
  parts: DatabaseFindingsParts,
  signal: AbortSignal,
): Promise<Finding[]> {
  const { place } = connection;
  const { seen, instance } = parts;
  const findings = seen.flatMap(({ record }): Finding[] => {
    const newer = newerFinding(record, mssqlDatabaseDetails(record), instance, place);
    return newer === undefined ? [] : [newer];
  });
  findings.push(...(await encryptionFindings(connection, parts, signal)), ...nameFindings(parts));
  for (const { live } of seen) {
    if (live === undefined) continue;
    findings.push(...stateFindings(live, place, parts.dropDamaged), ...groupFindings(live, place));
    for (const { text } of await databaseSessions(connection, live.name, signal)) {
      findings.push({
        level: 'warning',
        message: `database ${live.name} is in use by ${text}: the switch-over ends it`,
      });
    }
  }
  return findings;
}

const CERTIFICATE = z.object({ thumbprint: hexBytes });

/** Without the certificate the server says 33111 after it has read the whole file. */
async function encryptionFindings(
  connection: Connection,
  { seen }: DatabaseFindingsParts,
  signal: AbortSignal,
): Promise<Finding[]> {
  const encrypted = seen.flatMap(({ record }) => {
    const { tde } = mssqlDatabaseDetails(record);
    return tde === undefined ? [] : [{ record, tde }];
  });
  if (encrypted.length === 0) return [];
  const rows = await connection.ask('SELECT thumbprint FROM master.sys.certificates', signal);
  const here = parseRows(CERTIFICATE, rows, { what: 'the list of certificates', place: connection.place });
  return encrypted
    .filter(({ tde }) => !here.some(({ thumbprint }) => thumbprint === tde.thumbprint))
    .map(({ record, tde }) => ({
      level: 'problem',
      message: `the backup of database ${record.name} is encrypted (TDE) and ${connection.place} lacks the certificate ${tde.certificate ?? ''} with thumbprint 0x${tde.thumbprint.toUpperCase()}`,
      hint: "bring it with its private key: USE master; CREATE CERTIFICATE [NAME] FROM FILE = '...' WITH PRIVATE KEY (FILE = '...', DECRYPTION BY PASSWORD = '...');",
    }));
}

/** A server that ignores case cannot hold two databases that differ in nothing else. */
function nameFindings({ seen, facts }: DatabaseFindingsParts): Finding[] {
  if (!facts.ignoresCase) return [];
  const byName = Map.groupBy(seen, ({ record }) => record.name.toLowerCase());
  return [...byName.values()]
    .filter((same) => same.length > 1)
    .map((same) => ({
      level: 'problem',
      message: `databases ${same.map(({ record }) => record.name).join(' and ')} are one name on this server`,
      hint: 'restore one of them only (--only)',
    }));
}

function stateFindings({ name, state }: LiveDatabase, place: string, dropDamaged: boolean): Finding[] {
  if (state === 'ONLINE') return [];
  const what = `database ${name} on ${place} is ${state}`;
  const then = dropDamaged
    ? 'it is dropped, if the server cannot rename it'
    : 'it may not be possible to keep it for going back: the restore stops there unless dropping it is agreed; in place it goes once its files are copied, or the restore ends before';
  return [{ level: 'warning', message: `${what}: ${then}`, option: 'drop-damaged' }];
}

function groupFindings({ name, replica }: LiveDatabase, place: string): Finding[] {
  if (replica === null) return [];
  return [
    {
      level: 'problem',
      message: `database ${name} on ${place} belongs to an availability group and cannot be renamed there`,
      hint: `take it out of its group first: ALTER AVAILABILITY GROUP [GROUP] REMOVE DATABASE [${name}]`,
    },
  ];
}
