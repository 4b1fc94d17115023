import type { Log } from '#log/log.ts';
import type { EndedBackup } from '#notify/ended-backup.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { Clock } from '#platform/clock.ts';
import type { DrillTurns } from './drill-turns.ts';
import type { TenantGround } from './ground-of.ts';
import type { Slots } from './share-slots.ts';
import type { Tenant } from './tenant.ts';

/** What each tenant of a service is opened with. */
export interface TenantParts {
  ground: TenantGround;
  slots: Slots;
  turns: DrillTurns;
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  /** Of the service: everything that is told of a tenant goes through it. */
  notifier: Pick<Notifier, 'relay'>;
  log: Log;
  signal: AbortSignal;
  /** Name of the service's own system. */
  service: string;
  /** Something has happened that the tenant's schedule may follow. */
  changed(id: string): void;
  /** Something is to be sent through the tenant's own channels. */
  ring(id: string): void;
  runEnded(tenant: Tenant, run: EndedBackup): void;
}
