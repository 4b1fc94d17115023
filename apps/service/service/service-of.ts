import type { ComposedSystem } from '../compose/composed-system.ts';
import { socketPath } from './socket-path.ts';

/** Where programs of this machine ask the service about one system. */
export interface ServiceAddress {
  /** As socketPath. */
  socket: string;
  /** What comes before each path: empty for the service's own system. */
  prefix: string;
}

/** Where a service is asked about this system, if one runs. */
export function serviceOf({ servedBy }: Pick<ComposedSystem, 'servedBy'>): ServiceAddress {
  const { stateFolder, systemId, tenant } = servedBy;
  return {
    socket: socketPath(stateFolder, systemId),
    prefix: tenant === undefined ? '' : `/tenants/${tenant}`,
  };
}
