import type { Place } from './find-place.ts';

/** Whether something that belongs to a tenant, or to the service (null), is there to be seen at this address. */
export function isWithin(place: Place | undefined, { tenant }: { tenant: string | null }): boolean {
  return place !== undefined && (place.tenant === null || place.tenant === tenant);
}
