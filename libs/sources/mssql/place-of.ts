import type { MssqlServer } from './connection.ts';

/** A server's address, for messages: `host:port`, or `host\INSTANCE`. */
export function placeOf(address: MssqlServer['address']): string {
  return 'port' in address ? `${address.host}:${address.port}` : `${address.host}\\${address.instance}`;
}
