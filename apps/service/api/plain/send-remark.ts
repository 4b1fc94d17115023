import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Remark, Remarks } from './open-remarks.ts';
import { whoReads } from './who-reads.ts';

/** Back to the list, which then says how it ended; loading that again sends no form again. */
export function sendRemark(
  remark: Remark,
  remarks: Remarks,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  return reply.redirect(`../backup?said=${remarks.keep(remark, whoReads(request))}`, 303);
}
