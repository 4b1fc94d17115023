import { createHash } from 'node:crypto';
import { join } from 'node:path';

/**
 * Where the service of a system is spoken to on its own machine: a socket in the state folder, which only the
 * user that the service runs as (and root) can reach; on Windows a named pipe, which administrators alone may write
 * to.
 */
export function socketPath(stateFolder: string, systemId: string): string {
  const name = createHash('sha256').update(systemId).digest('hex').slice(0, 12);
  return process.platform === 'win32'
    ? `\\\\.\\pipe\\lifeboat-${name}`
    : join(stateFolder, 'service', `${name}.sock`);
}
