import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Role } from '../access/role.ts';
import type { Person } from '../access/who-asks.ts';
import type { Place } from './find-place.ts';
import type { ServedSystem } from './served-system.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route; a route that does not say is for nobody. */
    role?: Role | 'anyone';
    /** `service`: what it tells is about all of the service, so that no tenant's address has it. */
    where?: 'service';
    /** `field`: a form without scripts sends the token against foreign pages as its field `csrf`. */
    csrf?: 'field';
  }
  interface FastifyRequest {
    person: Person | undefined;
    /** Found before anything else looks at the request, and the same until its end. */
    place: Place | undefined;
  }
}

/** A server whose routes are described by zod, which checks them and makes the OpenAPI document. */
export type ApiServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Which system a request is about; throws `not-found` where there is none at its address. */
export type SystemOf = (request: FastifyRequest) => ServedSystem;
