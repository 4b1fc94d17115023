import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Journal } from '#journal/journal.ts';
import { tellJournal } from '#journal/tell-journal.ts';
import type { Log } from '#log/log.ts';
import type { EndedBackup } from '#notify/ended-backup.ts';
import type { Memory } from '#notify/memory.ts';
import type { Channel } from '#notify/notice.ts';
import { type Notifier, openNotifier } from '#notify/open-notifier.ts';
import { openOutbox, outboxPath } from '#notify/open-outbox.ts';
import type { Clock } from '#platform/clock.ts';
import { systemErrorCode } from '#platform/errors.ts';
import { createAlarm } from '#schedule/alarm.ts';
import { relayedOutbox } from './relayed-outbox.ts';
import type { Tenant } from './tenant.ts';

/** How a tenant's runs are told: what goes wrong, and that it is good again, through its own channels or the service's. */
export interface TenantTeller {
  /** The tenant's state folder. */
  state: string;
  journal: Journal;
  /** Name of the service's own system. */
  service: string;
  relay: Notifier['relay'];
  /** Those that the operator gave this tenant. Where people are among them, nobody else is told. */
  channels(): Promise<readonly Channel[]>;
  /** Something is to be sent through these. */
  ring(): void;
  log: Log;
  clock: Clock;
}

export interface Told extends Pick<Notifier, 'runStarted' | 'runEnded' | 'drillEnded' | 'raise' | 'change'> {
  /** Undefined: nothing was ever to be remembered of it. */
  memory(): Promise<Memory | undefined>;
  /** Sends what is due through the tenant's own channels. Resolves with when something is due next. */
  deliver(signal: AbortSignal): Promise<Temporal.Instant | undefined>;
}

/**
 * Tells of one tenant. What is remembered of it (failures in a row, its alarms) is kept with the tenant and opened for
 * as long as it is needed; of a tenant that never failed there is nothing to remember.
 */
export function tellOfTenant(tenant: Tenant, teller: TenantTeller): Told {
  const { log, state } = teller;
  const isKept = () => isRemembered(state, tenant.id);
  const use = (work: (notifier: Notifier) => Promise<void>) => withNotifier(tenant, teller, work);
  return {
    async runStarted(startedAt) {
      // For monitors alone, and those of the service do not hear of tenants.
      if ((await teller.channels()).length > 0) await use((notifier) => notifier.runStarted(startedAt));
    },
    async runEnded(run) {
      logEnd(tenant, run, log);
      const bad = run.state === 'failed' || run.state === 'incomplete';
      if (!bad && (await teller.channels()).length === 0 && !(await isKept())) return;
      await use((notifier) => notifier.runEnded(run));
    },
    async drillEnded(run) {
      logEnd(tenant, run, log);
      if (run.state === 'failed' || (await isKept())) await use((notifier) => notifier.drillEnded(run));
    },
    async raise(alarm, how) {
      log.error('alarm of a tenant', { tenant: tenant.name, ...alarm });
      await use((notifier) => notifier.raise(alarm, how));
    },
    change: (how) => use((notifier) => notifier.change(how)),
    async memory() {
      if (!(await isKept())) return undefined;
      using outbox = await openOutbox(state, tenant.id);
      return outbox.memory();
    },
    async deliver(signal) {
      const channels = await teller.channels();
      if (channels.length === 0 || !(await isKept())) return undefined;
      await use((notifier) => notifier.deliver(signal));
      using outbox = await openOutbox(state, tenant.id);
      return outbox.nextDue(channels);
    },
  };
}

function logEnd({ name }: Tenant, { message, hint, ...run }: EndedBackup, log: Log): void {
  const facts = { tenant: name, ...run, message, ...(hint === undefined ? {} : { hint }), lines: undefined };
  const good = run.state === 'done' || run.state === 'skipped';
  const what = `${run.operation} of a tenant ended`;
  if (good) log.info(what, facts);
  else log.error(what, facts);
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
  const channels = await teller.channels();
  const hasPeople = channels.some(({ latestOnly }) => !latestOnly);
  const notifier = openNotifier({
    system: { id: tenant.id, name: `${tenant.name} (tenant of ${teller.service})` },
    host: hostname(),
    outbox: hasPeople ? outbox : relayedOutbox(outbox, tenant, teller.relay),
    channels,
    clock: teller.clock,
    alarm: { ...createAlarm(), ring: teller.ring },
    tell: tellJournal(teller.journal).tell,
  });
  await use(notifier);
}
