import type { Clock } from '#platform/clock.ts';
import type { ApiServer } from '../api/api-server.ts';
import type { ServedSystem } from '../api/served-system.ts';
import { readStatus } from '../read-status.ts';
import { statusPage } from './status-page.ts';

/** The plain status page: how things stand, for whoever can reach it. */
export function registerStatusPage(
  server: ApiServer,
  system: ServedSystem,
  context: { clock: Clock; signal: AbortSignal },
): void {
  server.get('/', { config: { role: 'anyone' } }, async (_request, reply) => {
    reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
    const status = await readStatus(await system.compose(), context);
    return reply.type('text/html; charset=utf-8').send(statusPage(status, context.clock.zone()));
  });
}
