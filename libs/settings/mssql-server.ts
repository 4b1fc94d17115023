import { readSecret } from '#platform/read-secret.ts';
import type { MssqlServer } from '#sources/mssql/connection.ts';
import type { MssqlSettings } from './settings.ts';

/** How the conf says the server is reached; the password is read when it is needed and not kept. */
export function mssqlServer({ address, user, domain, tls, password }: MssqlSettings): MssqlServer {
  return { address, user, domain, tls, password: () => readSecret(password) };
}
