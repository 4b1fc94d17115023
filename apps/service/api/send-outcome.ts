import type { FastifyReply } from 'fastify';
import type { Outcome } from '#journal/outcome.ts';
import { LifeboatError } from '#platform/errors.ts';
import { describeError } from './describe-error.ts';

/** How an operation ended: 200 if it is done, else the status of what stood in its way, always with the outcome. */
export function sendOutcome(outcome: Outcome, reply: FastifyReply): FastifyReply {
  const { code, message } = outcome;
  if (code === 'done' || code === 'skipped' || code === 'incomplete') return reply.send(outcome);
  return reply.code(describeError(new LifeboatError(code, message)).status).send(outcome);
}
