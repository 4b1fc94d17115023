import type { FastifyRequest } from 'fastify';

/** Whoever does not say gets a page. */
export function prefersJson(request: FastifyRequest): boolean {
  return request.accepts().type(['html', 'json']) === 'json';
}
