import { mariadbServer } from '#settings/mariadb-server.ts';
import type { MariadbSettings } from '#settings/settings.ts';
import type { MariadbServer } from '#sources/mariadb/connect.ts';
import type { SafetyParts } from './safety-parts.ts';

/** The MariaDB server of a section, signed in to as the request says, or as the conf does. */
export async function signedIn(
  section: MariadbSettings,
  signIn: SafetyParts['request']['mariadb']['signIn'],
  signal: AbortSignal,
): Promise<MariadbServer> {
  const server = mariadbServer(section);
  return signIn === undefined ? server : await signIn(server, signal);
}
