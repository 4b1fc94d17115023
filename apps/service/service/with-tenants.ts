import type { MonitoringRoutes } from '../page/register-metrics.ts';
import type { Fleet } from '../tenants/open-fleet.ts';
import type { Monitoring } from './open-monitoring.ts';

/** The metrics of a service with those of its tenants; such as name them for whoever may see them all. */
export function withTenants(
  monitoring: Monitoring,
  fleet: Pick<Fleet, 'serves' | 'metrics'>,
): MonitoringRoutes {
  return {
    health: monitoring.health,
    metrics: {
      async read(options) {
        const { contentType, text } = await monitoring.metrics.read();
        if (!fleet.serves()) return { contentType, text };
        return { contentType, text: text + (await fleet.metrics.read(options)) };
      },
    },
  };
}
