import { join } from 'node:path';

/** Where the state of one tenant is kept. */
export function tenantFolder(state: string, id: string): string {
  return join(state, 'tenants', id);
}
