import { LifeboatError } from '#platform/errors.ts';
import type { MariadbSettings, Settings } from '#settings/settings.ts';

/**
 * The settings with other addresses of MariaDB servers, as the command line gives them: `main=db2:3307`,
 * `main=/run/mysqld/mysqld.sock`. On a new machine the server may be anywhere. Throws `usage`.
 */
export function withServerAddresses(settings: Settings, given: readonly string[]): Settings {
  const addresses = new Map(given.map((text) => addressOf(text, settings)));
  const mariadb = settings.mariadb.map((section): MariadbSettings => {
    const address = addresses.get(section.name);
    return address === undefined ? section : { ...section, address };
  });
  return { ...settings, mariadb };
}

function addressOf(text: string, { mariadb }: Settings): [string, MariadbSettings['address']] {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at));
  const place = text.slice(at + 1);
  const names = mariadb.map((section) => section.name);
  if (!names.includes(name)) throw wrong(text, `the conf's sections are ${names.join(', ') || 'none'}`);
  if (place.startsWith('/')) return [name, { socket: place }];
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(place) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) throw wrong(text, 'no host and port');
  return [name, { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }];
}

function wrong(text: string, why: string): LifeboatError {
  return new LifeboatError('usage', `--mariadb-at ${text}: ${why}`, {
    hint: 'write SECTION=HOST:PORT or SECTION=/path/of/socket, SECTION as in [mariadb SECTION]',
  });
}
