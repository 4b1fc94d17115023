import type { AddressInfo } from 'node:net';
import type { KnownHistory } from '../read-history.ts';
import type { Status } from '../read-status.ts';
import { type MonitoringRoutes, registerMetrics } from './register-metrics.ts';
import { statusPage } from './status-page.ts';

export interface PageServer extends AsyncDisposable {
  readonly url: string;
}

/** Serves the status page, /api/status, /api/history, /metrics and /healthz, to this machine only unless told otherwise. */
export async function startServer(options: {
  host: string;
  port: number;
  zone: () => string;
  readStatus: () => Promise<Status>;
  readHistory: () => Promise<KnownHistory>;
  monitoring: MonitoringRoutes;
}): Promise<PageServer> {
  const { fastify } = await import('fastify');
  const server = fastify({ logger: false, forceCloseConnections: true });
  server.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
    reply.header('x-content-type-options', 'nosniff');
    reply.header('cache-control', 'no-store');
  });
  server.get('/api/status', () => options.readStatus());
  server.get('/api/history', () => options.readHistory());
  registerMetrics(server, options.monitoring);
  server.get('/', async (_request, reply) => {
    reply.type('text/html; charset=utf-8');
    return statusPage(await options.readStatus(), options.zone());
  });
  await server.listen({ host: options.host, port: options.port });
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}/`,
    [Symbol.asyncDispose]: () => server.close(),
  };
}
