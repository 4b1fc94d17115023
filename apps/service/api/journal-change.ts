import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Journal } from '#journal/journal.ts';
import { tellJournal } from '#journal/tell-journal.ts';
import { LifeboatError } from '#platform/errors.ts';
import { isChange } from './is-change.ts';
import type { ServedSystem } from './served-system.ts';

/**
 * Who did what, in the journal of the system that it was done to. What somebody tried who has no business there,
 * or at an address of nobody, stands in the service's own: a tenant does not learn the names of another's people.
 */
export async function journalChange(
  request: FastifyRequest,
  reply: FastifyReply,
  own: ServedSystem,
): Promise<void> {
  if (!isChange(request) || request.is404) return;
  const { person, place } = request;
  const isStranger = person !== undefined && person.tenant !== null && person.tenant !== place?.tenant;
  const system = (isStranger ? undefined : place?.system) ?? own;
  const { journal, whose } = await journalFor(system, own);
  const who = nameOf(request, whose === own);
  const what = `${request.method} ${request.originalUrl} gave ${reply.statusCode}`;
  await tellJournal(journal).tell([`api: ${who}: ${what}`]);
}

/** A tenant that is broken may have no journal: who changed what there is told all the same. */
async function journalFor(
  system: ServedSystem,
  own: ServedSystem,
): Promise<{ journal: Journal; whose: ServedSystem }> {
  try {
    return { journal: (await system.compose()).journal, whose: system };
  } catch (error) {
    if (system === own || !(error instanceof LifeboatError)) throw error;
    return { journal: (await own.compose()).journal, whose: own };
  }
}

/** Two people of one name may work on a tenant's system: one of its own, one of the service. */
function nameOf({ person, ip }: FastifyRequest, isOwn: boolean): string {
  if (person === undefined) return `somebody at ${ip}`;
  if (isOwn) return person.tenant === null ? person.name : `${person.name} of tenant ${person.tenant}`;
  return person.tenant === null ? `${person.name} of the service` : person.name;
}
