import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Run } from '../service/open-runs.ts';
import { describeRun } from './describe-run.ts';
import { sendRunEvents } from './send-run-events.ts';

/** A run that has begun: followed to its end as server-sent events if the caller accepts them, else 202 and its id. */
export function sendRun(run: Run, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.headers.accept?.includes('text/event-stream')) return sendRunEvents(run, request, reply);
  return reply.code(202).send(describeRun(run));
}
