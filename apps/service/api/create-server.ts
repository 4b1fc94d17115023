import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { ApiServer } from './api-server.ts';
import { describeError } from './describe-error.ts';
import { nothingHere } from './nothing-here.ts';

export interface ServerOptions {
  /** Files in PEM; undefined: plain HTTP. */
  tls?: { certificate: string; key: string } | undefined;
  /** The path that a request's route is looked for by; the one it came with if absent. */
  pathOf?: ((request: IncomingMessage) => string) | undefined;
}

/** Requests are small; what is large is downloaded. */
const MOST_BODY_BYTES = 256 * 1024;

/** A server without routes yet, that checks requests by zod and tells errors in one form. */
export async function createServer({ tls, pathOf }: ServerOptions = {}): Promise<ApiServer> {
  const { fastify } = await import('fastify');
  const { serializerCompiler, validatorCompiler } = await import('fastify-type-provider-zod');
  const https = tls && { https: { cert: await readFile(tls.certificate), key: await readFile(tls.key) } };
  const server = fastify({
    logger: false,
    forceCloseConnections: 'idle',
    bodyLimit: MOST_BODY_BYTES,
    ...(pathOf && { rewriteUrl: pathOf }),
    // The type of a server over TLS differs; what is used of it is the same.
    ...(https as object),
  }).withTypeProvider() as ApiServer;
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.decorateRequest('person', undefined);
  server.decorateRequest('place', undefined);
  server.setNotFoundHandler(() => {
    throw nothingHere();
  });
  server.setErrorHandler((error, _request, reply) => {
    const { status, body } = describeError(error);
    reply.code(status).send(body);
  });
  server.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  return server;
}
