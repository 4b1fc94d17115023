import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { MariadbServer } from '../../connect.ts';

/**
 * Writes a private option file by which MariaDB's own programs reach the server as we do
 * (`mariadb --defaults-file=PATH`): its password stands in no argument and no variable. Whoever asks removes it.
 */
export async function writeOptionFile(path: string, server: MariadbServer): Promise<void> {
  const { address, tls } = server;
  const password = await server.password();
  const options: [string, string | undefined][] = [
    ...('socket' in address
      ? ([
          ['protocol', 'socket'],
          ['socket', address.socket],
        ] as [string, string][])
      : ([
          ['protocol', 'tcp'],
          ['host', address.host],
          ['port', String(address.port)],
        ] as [string, string][])),
    ['user', server.user],
    ['password', password],
    ...(tls === undefined || 'socket' in address ? [] : tlsOptions(tls)),
    ['default-character-set', 'utf8mb4'],
  ];
  const lines = options.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quoted(value)}`]));
  await writeFile(path, `[client]\n${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
}

function tlsOptions({
  ca,
  certificate,
  key,
  verify,
}: NonNullable<MariadbServer['tls']>): [string, string | undefined][] {
  const path = (file: string | undefined) => (file === undefined ? undefined : resolve(file));
  return [
    ['ssl', '1'],
    ['ssl-ca', path(ca)],
    ['ssl-cert', path(certificate)],
    ['ssl-key', path(key)],
    ['ssl-verify-server-cert', verify ? '1' : '0'],
  ];
}

/** As these files have it: a backslash is an escape there, and a # outside of quotes begins a comment. */
function quoted(value: string): string {
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `"${escaped}"`;
}
