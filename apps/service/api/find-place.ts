import type { IncomingMessage } from 'node:http';
import { readAddress } from './read-address.ts';
import type { ServedSystem, ServedTenants } from './served-system.ts';

/** Whose address a request was sent to. */
export interface Place {
  /** Id of the tenant; null: the service's own address; NO_TENANT: that of a tenant that there is not. */
  readonly tenant: string | null;
  /** Undefined where there is nobody. */
  readonly system: ServedSystem | undefined;
  /** Path of the page there, with a slash at its end. */
  readonly base: string;
  /** The request's path and query below `base`, with a slash at its beginning. */
  readonly path: string;
}

/** Nobody is bound to it, so that an address of no tenant answers as one whose people are not known. */
const NO_TENANT = '';

export interface Served {
  system: ServedSystem;
  tenants?: ServedTenants | undefined;
}

/**
 * A tenant is reached by its host name or by `/t/<name>/`. Under a tenant's host name there is nothing but that
 * tenant: a path that names a further one leads nowhere.
 */
export function findPlace(
  { url = '/', headers }: Pick<IncomingMessage, 'url' | 'headers'>,
  { system, tenants }: Served,
): Place {
  const byHost = tenants?.byHost(hostName(headers.host));
  if (byHost !== undefined) return placeOf(byHost, { base: '/', path: url });
  const { tenant, base, path } = readAddress(url);
  if (tenants?.serves() !== true || tenant === undefined)
    return { tenant: null, system, base: '/', path: url };
  return placeOf(tenants.named(tenant), { base, path });
}

function placeOf(system: ServedSystem | undefined, where: { base: string; path: string }): Place {
  if (system === undefined) return { tenant: NO_TENANT, system, ...where };
  // TN-09: what lies in a tenant's folder and is another's is nobody's business there.
  const compose = async () => ({ ...(await system.compose()), onlyOwn: true });
  return { tenant: system.tenant?.id ?? NO_TENANT, system: { ...system, compose }, ...where };
}

function hostName(host = ''): string {
  return host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
}
