import { chmod, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LifeboatError } from '#platform/errors.ts';
import { privateFolder } from '#platform/private-folder.ts';
import type { ApiServer, SystemOf } from '../api/api-server.ts';
import { createServer } from '../api/create-server.ts';
import { registerRuns } from '../api/register-runs.ts';
import type { ServedSystem, ServedTenants } from '../api/served-system.ts';

/** What the kernel takes as a socket's path, its end included, on Linux; less elsewhere. */
const LONGEST_PATH = process.platform === 'linux' ? 107 : 103;

/**
 * Listens where programs of this machine ask the service (FD-01); who reaches it may do what it offers. The caller
 * holds the service's lock, so that a socket found there is one that a service left which was killed. Throws
 * `state-unusable` if it cannot listen.
 */
export async function openSocket(
  path: string,
  system: ServedSystem,
  tenants: Pick<ServedTenants, 'byId'> | undefined,
): Promise<AsyncDisposable> {
  if (process.platform !== 'win32') await prepare(path);
  const server = await createServer();
  register(server, () => system);
  if (tenants !== undefined) {
    await server.register(async (scope) => register(scope, ofTenant(tenants)), {
      prefix: '/tenants/:tenant',
    });
  }
  await server.listen({ path });
  // Its folder lets nobody else in; this is for whoever moves it.
  if (process.platform !== 'win32') await chmod(path, 0o600);
  return { [Symbol.asyncDispose]: () => server.close() };
}

function register(server: ApiServer, systemOf: SystemOf): void {
  registerRuns(server, systemOf);
  server.post('/api/settings/changed', async (request) => {
    systemOf(request).settingsChanged();
    return {};
  });
}

function ofTenant(tenants: Pick<ServedTenants, 'byId'>): SystemOf {
  return ({ params }) => {
    const { tenant: id } = params as { tenant: string };
    const system = tenants.byId(id);
    if (system !== undefined) return system;
    throw new LifeboatError('usage', `the service does not know the tenant ${id}`, {
      hint: 'it looks for new ones every "look_every" seconds',
    });
  };
}

async function prepare(path: string): Promise<void> {
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    throw new LifeboatError(
      'state-unusable',
      `the path of the service's socket is longer than the ${LONGEST_PATH} bytes that a socket may have: ${path}`,
      { hint: 'choose a state folder with a shorter path: --state, or the key "state" in [backup]' },
    );
  }
  await privateFolder(dirname(path));
  await rm(path, { force: true });
}
