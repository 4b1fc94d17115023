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
import type { ServedSystem } from './served-system.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route; a route that does not say is for nobody. */
    role?: Role | 'anyone';
  }
  interface FastifyRequest {
    person: Person | undefined;
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

/** Which system a request is about; throws `not-allowed` where the person has no business with it. */
export type SystemOf = (request: FastifyRequest) => ServedSystem;
