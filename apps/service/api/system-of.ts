import type { FastifyRequest } from 'fastify';
import { nothingHere } from './nothing-here.ts';
import type { ServedSystem } from './served-system.ts';

/** The system at the address that a request was sent to. Throws `not-found`. */
export function systemOf({ place }: FastifyRequest): ServedSystem {
  if (place?.system === undefined) throw nothingHere();
  return place.system;
}
