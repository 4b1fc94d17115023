import type { Log } from '#log/log.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { Clock } from '#platform/clock.ts';
import type { TenantsSettings } from '#settings/settings.ts';
import type { ServedSystem } from '../api/served-system.ts';
import type { ComposedSystem } from '../compose.ts';
import { findTenants } from './find-tenants.ts';
import { knownTenants } from './known-tenants.ts';
import { serveTenant } from './serve-tenant.ts';

/** The tenants that a service serves. */
export interface Fleet extends AsyncDisposable {
  /** Those that are there now, by name; a problem is why one gets no backup. */
  list(): readonly FleetMember[];
  named(name: string): ServedSystem | undefined;
  byId(id: string): ServedSystem | undefined;
  /** Undefined where no host pattern is set or none fits. */
  byHost(host: string): ServedSystem | undefined;
  /** Looks for tenants that are new, renamed or gone. */
  look(): Promise<void>;
}

export interface FleetMember {
  id: string | undefined;
  name: string;
  root: string;
  problem?: string;
  system?: ServedSystem;
}

export interface FleetParts {
  settings: TenantsSettings;
  /** The service's own system, in whose state folder the tenants' state is kept. */
  system: Pick<ComposedSystem, 'id' | 'state'>;
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  notifier: Pick<Notifier, 'runStarted' | 'runEnded'>;
  log: Log;
}

/** Finds the tenants of now. Throws `source-missing` where their folder cannot be read. */
export async function openFleet(parts: FleetParts): Promise<Fleet> {
  const { settings, system } = parts;
  const known = knownTenants(system.state);
  const ground = {
    profile: settings.profile,
    state: system.state,
    servedBy: { stateFolder: system.state, systemId: system.id },
    clock: parts.clock,
  };
  const served = new Map<string, ServedSystem>();
  let members: readonly FleetMember[] = [];

  async function look(): Promise<void> {
    const found = await findTenants(settings.folder, known);
    members = found.map((tenant): FleetMember => {
      if (tenant.id === undefined) return { ...tenant, id: undefined };
      return { ...tenant, system: serve(tenant) };
    });
    const here = new Set(found.map(({ id }) => id));
    for (const id of served.keys()) if (!here.has(id)) served.delete(id);
  }

  function serve(tenant: { id: string; name: string; root: string }): ServedSystem {
    const before = served.get(tenant.id);
    if (before?.tenant?.root === tenant.root) return before;
    const now = serveTenant(tenant, { ...parts, ground, runs: before?.runs });
    served.set(tenant.id, now);
    return now;
  }

  const named: Fleet['named'] = (name) => members.find((member) => member.name === name)?.system;
  await look();
  return {
    look,
    list: () => members,
    named,
    byId: (id) => served.get(id),
    byHost(host) {
      const name = nameInHost(host, settings.host);
      if (name === undefined) return undefined;
      return members.find((member) => member.name.toLowerCase() === name)?.system;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...served.values()].map(({ runs }) => runs[Symbol.asyncDispose]()));
    },
  };
}

/** The label in the place of the pattern's `*`. */
function nameInHost(host: string, pattern: string | undefined): string | undefined {
  if (pattern === undefined) return undefined;
  const ending = pattern.slice(1);
  const plain = host.toLowerCase().replace(/:\d+$/, '');
  if (!plain.endsWith(ending)) return undefined;
  const name = plain.slice(0, -ending.length);
  return /^[a-z0-9_-]+$/.test(name) ? name : undefined;
}
