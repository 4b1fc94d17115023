import type { Log } from '#log/log.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { Clock } from '#platform/clock.ts';
import type { Settings, TenantsSettings } from '#settings/settings.ts';

export interface FleetParts {
  settings: TenantsSettings | undefined;
  /** `[tenants]` as it is now; throws as readSettings. */
  readSettings(): Promise<TenantsSettings | undefined>;
  /** The service's own system, in whose state folder the tenants' state is kept. */
  system: { id: string; state: string; settings: Pick<Settings, 'system'> };
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  /** Everything that is told of a tenant goes through the service's channels. */
  notifier: Pick<Notifier, 'relay'>;
  log: Log;
  signal: AbortSignal;
  /** `[tenants]` is another one than before. */
  changed(): void;
}
