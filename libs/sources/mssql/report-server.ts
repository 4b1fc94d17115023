import { LifeboatError } from '#platform/errors.ts';
import type { Finding, Importance, SourceReport } from '#sources/source.ts';
import { type CheckedDatabase, type CheckedServer, type CheckOptions, checkServer } from './check-server.ts';
import { connectMssql } from './connect.ts';
import type { MssqlServer } from './connection.ts';
import { placeOf } from './place-of.ts';

export interface ReportOptions extends CheckOptions {
  server: MssqlServer;
  importance: Importance;
}

/** What stands between this server and a backup of it, in one report (LB-11). */
export async function reportServer(
  id: string,
  options: ReportOptions,
  signal: AbortSignal,
): Promise<SourceReport> {
  try {
    await using connection = await connectMssql(options.server, signal);
    const checked = await checkServer(connection, options, signal);
    return {
      source: id,
      serverVersion: versionOf(checked),
      bytes: sizeOf(checked.databases),
      findings: [
        ...checked.problems.map(problem),
        ...absentOf(checked).map((database) => absentFinding(database, options)),
        ...unencrypted(options.server),
        ...checked.warnings,
      ],
    };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof LifeboatError)) throw error;
    return { source: id, bytes: 0, findings: [problem(error)] };
  }
}

export function versionOf({ facts }: CheckedServer): string {
  return `${facts.version} ${facts.edition}`;
}

export function sizeOf(databases: readonly CheckedDatabase[]): number {
  return databases.reduce((sum, database) => sum + ('found' in database ? database.bytes : 0), 0);
}

function problem({ message, hint }: LifeboatError): Finding {
  return { level: 'problem', message, ...(hint === undefined ? {} : { hint }) };
}

type AbsentDatabase = Extract<CheckedDatabase, { absent: unknown }>;

export function absentOf({ databases }: CheckedServer): AbsentDatabase[] {
  return databases.flatMap((database) => ('absent' in database ? [database] : []));
}

export function absentFinding({ name, absent }: AbsentDatabase, options: ReportOptions): Finding {
  const place = placeOf(options.server.address);
  if (absent.code === 'unreadable') {
    return { level: 'problem', message: `database ${name} cannot be saved: ${absent.detail}` };
  }
  return {
    level: options.importance === 'optional' ? 'warning' : 'problem',
    message: `there is no database ${name} on ${place}`,
    hint: `correct "databases" in [mssql ${options.name}]`,
  };
}

function unencrypted({ tls, address }: MssqlServer): Finding[] {
  if (tls !== undefined || /^(127\.|localhost$|::1$)/i.test(address.host)) return [];
  return [
    {
      level: 'warning',
      message: `the connection to ${placeOf(address)} is not encrypted: who listens in can read the password`,
      hint: 'set encrypt = yes, with ca or trust_server_certificate where needed',
    },
  ];
}
