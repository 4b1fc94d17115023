import type { FastifyRequest } from 'fastify';
import { LifeboatError } from '#platform/errors.ts';
import { nothingHere } from './nothing-here.ts';
import type { ServedTenants } from './served-system.ts';

/**
 * Which tenant's account or token a request is about: at a tenant's address always that one, whoever asks; at the
 * service's own the one that it names, or none. Throws `not-found` for any other.
 */
export function tenantMeant(
  { place }: FastifyRequest,
  given: string | null | undefined,
  tenants: Pick<ServedTenants, 'byId'> | undefined,
): string | null {
  if (place === undefined) throw nothingHere();
  if (place.tenant !== null) {
    if (given === undefined || given === place.tenant) return place.tenant;
    throw nothingHere();
  }
  if (given === undefined || given === null) return null;
  if (tenants?.byId(given) !== undefined) return given;
  throw new LifeboatError('not-found', `there is no tenant ${given}`, {
    hint: 'GET /api/tenants lists them with their ids',
  });
}
