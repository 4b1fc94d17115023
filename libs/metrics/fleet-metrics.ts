import { Counter, Gauge, Registry } from 'prom-client';
import { OUTCOMES, type RunFacts } from './backup-metrics.ts';

/** How one of many systems stands, as the watch saw it last. Bytes, and instants. */
export interface TenantFacts {
  lastGood: { takenAt: Temporal.Instant; bytes: number } | undefined;
  /** Kinds of alarms that hold. */
  alarms: readonly string[];
}

/** How many there are, known at every moment. */
export interface FleetCounts {
  served: number;
  /** Folders that get no backup. */
  problems: number;
  running: number;
}

/** What Prometheus gets of the tenants of a service: sums, and for whoever may see them all a few series of each. */
export interface FleetMetrics {
  runEnded(tenant: { id: string; name: string }, run: RunFacts): void;
  looked(tenant: { id: string; name: string }, facts: TenantFacts): void;
  /** Those that are there now: the series of others end. */
  keepOnly(ids: { has(id: string): boolean }): void;
  /** `each`: series that name tenants, too. */
  read(options: { each: boolean }): Promise<string>;
}

const ALARMS = ['alert', 'too-old', 'drill-failed'];

interface Known {
  name: string;
  facts: TenantFacts | undefined;
  /** Backups since the service started, by outcome. */
  runs: Record<string, number>;
}

/** What is told is worked out when it is asked for, from what is known already: no file is touched. */
export function fleetMetrics(count: () => FleetCounts): FleetMetrics {
  const tenants = new Map<string, Known>();
  const sums = sumsOf(tenants, count);
  const each = seriesOf(tenants);
  const ended = new Counter({
    name: 'lifeboat_tenants_runs_total',
    help: 'Runs of tenants since the service started, by operation and outcome',
    labelNames: ['operation', 'outcome'],
    registers: [sums],
  });
  for (const outcome of OUTCOMES) ended.inc({ operation: 'backup', outcome }, 0);

  function known({ id, name }: { id: string; name: string }): Known {
    const tenant = tenants.get(id) ?? { name, facts: undefined, runs: {} };
    tenant.name = name;
    tenants.set(id, tenant);
    return tenant;
  }

  return {
    runEnded(tenant, { operation, state }) {
      ended.inc({ operation, outcome: state });
      const { runs } = known(tenant);
      if (operation === 'backup') runs[state] = (runs[state] ?? 0) + 1;
    },
    looked(tenant, facts) {
      known(tenant).facts = facts;
    },
    keepOnly(ids) {
      for (const id of tenants.keys()) if (!ids.has(id)) tenants.delete(id);
    },
    async read(options) {
      const texts = [await sums.metrics(), ...(options.each ? [await each.metrics()] : [])];
      return texts.join('');
    },
  };
}

type Tenants = ReadonlyMap<string, Known>;

function sumsOf(tenants: Tenants, count: () => FleetCounts): Registry {
  const registry = new Registry();
  const facts = () => [...tenants.values()].flatMap((tenant) => tenant.facts ?? []);
  const goods = () => facts().flatMap(({ lastGood }) => lastGood ?? []);
  gauge(registry, 'tenants', 'Folders of tenants: served, or with a problem', ['state'], (to) => {
    const { served, problems } = count();
    to.set({ state: 'served' }, served);
    to.set({ state: 'problem' }, problems);
  });
  gauge(registry, 'tenants_running', 'Tenants of which something runs', [], (to) => to.set(count().running));
  gauge(registry, 'tenants_alarm', 'Tenants for which the alarm holds', ['kind'], (to) => {
    for (const kind of ALARMS) to.set({ kind }, facts().filter(({ alarms }) => alarms.includes(kind)).length);
  });
  gauge(registry, 'tenants_without_good_backup', 'Tenants that have no good backup', [], (to) =>
    to.set(facts().length - goods().length),
  );
  gauge(registry, 'tenants_last_success_bytes', 'Size of the last good backups of all tenants', [], (to) =>
    to.set(goods().reduce((sum, { bytes }) => sum + bytes, 0)),
  );
  gauge(
    registry,
    'tenants_oldest_success_timestamp_seconds',
    'The oldest of their last good backups',
    [],
    (to) => {
      const times = goods().map(({ takenAt }) => takenAt.epochMilliseconds / 1000);
      // What is not known is absent: a 0 would be taken for a fact.
      if (times.length === 0) to.remove();
      else to.set(times.reduce((oldest, time) => Math.min(oldest, time)));
    },
  );
  return registry;
}

function seriesOf(tenants: Tenants): Registry {
  const registry = new Registry();
  const of = (
    name: string,
    help: string,
    more: string[],
    set: (to: Gauge, labels: Labels, tenant: Known) => void,
  ) =>
    gauge(registry, `tenant_${name}`, help, ['tenant', 'name', ...more], (to) => {
      for (const [id, tenant] of tenants) set(to, { tenant: id, name: tenant.name }, tenant);
    });
  of('last_success_timestamp_seconds', 'When the last good backup was taken', [], (to, labels, { facts }) => {
    if (facts?.lastGood !== undefined) to.set(labels, facts.lastGood.takenAt.epochMilliseconds / 1000);
  });
  of('last_success_bytes', 'Size of the archive of the last good backup', [], (to, labels, { facts }) => {
    if (facts?.lastGood !== undefined) to.set(labels, facts.lastGood.bytes);
  });
  of('alarm', '1 while the alarm holds', ['kind'], (to, labels, { facts }) => {
    for (const kind of facts === undefined ? [] : ALARMS) {
      to.set({ ...labels, kind }, facts?.alarms.includes(kind) ? 1 : 0);
    }
  });
  new Counter({
    name: 'lifeboat_tenant_backups_total',
    help: 'Backups since the service started, by outcome',
    labelNames: ['tenant', 'name', 'outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [tenant, { name, runs }] of tenants) {
        for (const [outcome, number] of Object.entries(runs)) this.inc({ tenant, name, outcome }, number);
      }
    },
  });
  return registry;
}

type Labels = Record<string, string>;

/** Set anew each time it is read, so that nothing of what is gone stays. */
function gauge(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[],
  set: (to: Gauge) => void,
): void {
  new Gauge({
    name: `lifeboat_${name}`,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      set(this);
    },
  });
}
