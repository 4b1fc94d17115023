import type { FastifyRequest } from 'fastify';

/** Whom a remark is for: nobody else is shown it, also not in another session. */
export function whoReads({ person, place }: FastifyRequest): string {
  return `${place?.tenant ?? ''} ${person?.session?.secret ?? person?.name ?? ''}`;
}
