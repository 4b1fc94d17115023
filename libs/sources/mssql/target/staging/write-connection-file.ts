import { writeFile } from 'node:fs/promises';
import type { MssqlServer } from '../../connection.ts';

/** Writes a private JSON file by which a program reaches the server as we do. Whoever asks removes it. */
export async function writeConnectionFile(path: string, server: MssqlServer): Promise<void> {
  const { address, user, domain, tls } = server;
  const connection = {
    ...address,
    user,
    ...(domain === undefined ? {} : { domain }),
    password: await server.password(),
    encrypt: tls !== undefined,
    trustServerCertificate: tls?.trust ?? false,
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
  };
  await writeFile(path, `${JSON.stringify(connection)}\n`, { mode: 0o600, flag: 'wx' });
}
