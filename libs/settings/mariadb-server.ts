import { readSecret } from '#platform/read-secret.ts';
import type { MariadbServer } from '#sources/mariadb/connect.ts';
import type { MariadbSettings } from './settings.ts';

/** How the conf says a server is reached; the password is read when it is needed and not kept. */
export function mariadbServer({ address, user, tls, password }: MariadbSettings): MariadbServer {
  return {
    address,
    user,
    tls,
    password: async () => (password === undefined ? undefined : await readSecret(password)),
  };
}
