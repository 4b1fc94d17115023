import type { FastifyRequest } from 'fastify';

export function isChange({ method }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
