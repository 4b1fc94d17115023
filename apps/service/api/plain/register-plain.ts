import type { FastifyRequest } from 'fastify';
import type { Clock } from '#platform/clock.ts';
import type { ApiServer } from '../api-server.ts';
import { describeError } from '../describe-error.ts';
import { isChange } from '../is-change.ts';
import { openRemarks } from './open-remarks.ts';
import { prefersJson } from './prefers-json.ts';
import { registerCreate } from './register-create.ts';
import { registerDelete } from './register-delete.ts';
import { registerList } from './register-list.ts';
import { registerSave } from './register-save.ts';
import { renderRefusal } from './render-refusal.ts';
import { sendPage } from './send-page.ts';
import { textsFor } from './texts-for.ts';

/**
 * TN-04: list and settings for an administrator, as plain pages with forms, for every browser and without scripts, or
 * as JSON for whoever prefers that. Only here a form is taken for a request's body.
 */
export async function registerPlain(
  server: ApiServer,
  context: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  const { default: formBody } = await import('@fastify/formbody');
  const { default: accepts } = await import('@fastify/accepts');
  await server.register(async (scope) => {
    const plain = scope as ApiServer;
    await plain.register(formBody);
    await plain.register(accepts);
    plain.setErrorHandler((error, request, reply) => {
      const { status, body } = describeError(error);
      if (prefersJson(request)) return reply.code(status).send(body);
      const refusal = { status, message: String(body['message']), hint: hintOf(body), top: topOf(request) };
      return sendPage(reply.code(status), renderRefusal(textsFor(request), refusal));
    });
    const parts = { ...context, remarks: openRemarks() };
    registerList(plain, parts);
    registerSave(plain, parts);
    registerCreate(plain, parts);
    registerDelete(plain, parts);
  });
}

function hintOf({ hint }: Record<string, unknown>): string | undefined {
  return typeof hint === 'string' ? hint : undefined;
}

/** The three forms are sent to one folder below the page. */
function topOf(request: FastifyRequest): string {
  return isChange(request) ? '../../../' : '../../';
}
