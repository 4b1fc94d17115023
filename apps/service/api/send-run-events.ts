import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Run } from '../service/open-runs.ts';
import { runEvents } from '../service/run-events.ts';

/** A run to its end as server-sent events; a reader that goes away ends nothing. */
export function sendRunEvents(run: Run, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const gone = new AbortController();
  request.raw.socket.once('close', () => gone.abort());
  reply.header('cache-control', 'no-store').type('text/event-stream');
  return reply.send(Readable.from(runEvents(run, gone.signal), { objectMode: false }));
}
