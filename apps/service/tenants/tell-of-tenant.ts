import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Journal } from '#journal/journal.ts';
import { tellJournal } from '#journal/tell-journal.ts';
import type { Log } from '#log/log.ts';
import type { EndedBackup } from '#notify/ended-backup.ts';
import type { Notice } from '#notify/notice.ts';
import { type Notifier, openNotifier } from '#notify/open-notifier.ts';
import { openOutbox, outboxPath } from '#notify/open-outbox.ts';
import type { Clock } from '#platform/clock.ts';
import { systemErrorCode } from '#platform/errors.ts';
import { createAlarm } from '#schedule/alarm.ts';
import type { Tenant } from './tenant.ts';

/** How a tenant's runs are told: what goes wrong, and that it is good again, through the service's own channels. */
export interface TenantTeller {
  /** The tenant's state folder. */
  state: string;
  journal: Journal;
  /** Name of the service's own system. */
  service: string;
  relay: Notifier['relay'];
  log: Log;
  clock: Clock;
}

type Told = Pick<Notifier, 'runStarted' | 'runEnded' | 'raise'>;

/**
 * Tells of one tenant. What is remembered of it (failures in a row, its alarm) is kept with the tenant and opened for
 * as long as it is needed; of a tenant that never failed there is nothing to remember.
 */
export function tellOfTenant(tenant: Tenant, teller: TenantTeller): Told {
  const { log, state } = teller;
  return {
    runStarted: async () => undefined,
    async runEnded(run) {
      logEnd(tenant, run, log);
      const bad = run.state === 'failed' || run.state === 'incomplete';
      if (bad || (await isRemembered(state, tenant.id))) {
        await withNotifier(tenant, teller, (notifier) => notifier.runEnded(run));
      }
    },
    async raise(alarm, how) {
      log.error('alarm of a tenant', { tenant: tenant.name, ...alarm });
      await withNotifier(tenant, teller, (notifier) => notifier.raise(alarm, how));
    },
  };
}

function logEnd({ name }: Tenant, { message, hint, ...run }: EndedBackup, log: Log): void {
  const facts = { tenant: name, ...run, message, ...(hint === undefined ? {} : { hint }), lines: undefined };
  const good = run.state === 'done' || run.state === 'skipped';
  if (good) log.info('backup of a tenant ended', facts);
  else log.error('backup of a tenant ended', facts);
}

async function isRemembered(state: string, id: string): Promise<boolean> {
  try {
    await stat(outboxPath(state, id));
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function withNotifier(
  tenant: Tenant,
  teller: TenantTeller,
  use: (notifier: Notifier) => Promise<void>,
): Promise<void> {
  using outbox = await openOutbox(teller.state, tenant.id);
  const relayed: typeof outbox = {
    ...outbox,
    update: (change, channels) =>
      outbox.update((memory) => {
        const after = change(memory);
        // Before it is remembered as told; whoever is told of it twice knows it by its id.
        teller.relay(after.notices.map((notice) => named(notice, tenant)));
        return after;
      }, channels),
  };
  const notifier = openNotifier({
    system: { id: tenant.id, name: `${tenant.name} (tenant of ${teller.service})` },
    host: hostname(),
    outbox: relayed,
    channels: [],
    clock: teller.clock,
    alarm: createAlarm(),
    tell: tellJournal(teller.journal).tell,
  });
  await use(notifier);
}

/** Two tenants may fail at the same moment. */
function named(notice: Notice, { id }: Tenant): Notice {
  return { ...notice, id: `${id} ${notice.id}` };
}
