import type { ApiServer } from '../api/api-server.ts';

export interface Health {
  /** False: the service itself no longer works and should be started anew. */
  alive: boolean;
  version: string;
  /** Alarms that hold; they say that backups need somebody, not that the service does. */
  alarms: readonly { kind: string; since: string; message: string }[];
}

export interface MonitoringRoutes {
  /** `each`: series that name tenants, too. */
  metrics: { read(options: { each: boolean }): Promise<{ contentType: string; text: string }> };
  health: () => Health;
}

/**
 * `/metrics` for Prometheus and `/healthz`: status 200 while the service works, 503 if it does not, whatever its
 * backups do. Both give what is known already, so that being asked often costs nothing. Series that name tenants are for
 * people and tokens of the service alone; strangers, and whoever belongs to a tenant, get sums.
 */
export function registerMetrics(server: ApiServer, options: MonitoringRoutes): void {
  const config = { role: 'anyone', where: 'service' } as const;
  server.get('/metrics', { config }, async (request, reply) => {
    const each = request.person?.tenant === null;
    const { contentType, text } = await options.metrics.read({ each });
    return reply.type(contentType).send(text);
  });
  server.get('/healthz', { config }, async (_request, reply) => {
    const health = options.health();
    const status = health.alive ? (health.alarms.length > 0 ? 'alarm' : 'ok') : 'down';
    return reply.code(health.alive ? 200 : 503).send({ status, ...health });
  });
}
