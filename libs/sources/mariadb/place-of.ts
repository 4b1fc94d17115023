import type { ServerAddress } from './open-wire.ts';

/** A server's address, for messages: `host:port`, or the socket. */
export function placeOf(address: ServerAddress): string {
  return 'socket' in address ? address.socket : `${address.host}:${address.port}`;
}
