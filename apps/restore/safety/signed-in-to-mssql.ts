import { mssqlServer } from '#settings/mssql-server.ts';
import type { MssqlSettings } from '#settings/settings.ts';
import type { MssqlServer } from '#sources/mssql/connection.ts';
import type { SafetyParts } from './safety-parts.ts';

/** The SQL Server of a section, signed in to as the request says, or as the conf does. */
export async function signedInToMssql(
  section: MssqlSettings,
  signIn: SafetyParts['request']['mssql']['signIn'],
  signal: AbortSignal,
): Promise<MssqlServer> {
  const server = mssqlServer(section);
  return signIn === undefined ? server : await signIn(server, signal);
}
