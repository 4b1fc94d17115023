import { join } from 'node:path';
import type { BackupRequest } from '#backup/backup-parts.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import { DRILL } from '#drill/drill-purpose.ts';
import { type Journal, openJournal } from '#journal/journal.ts';
import type { Log } from '#log/log.ts';
import type { EndedBackup } from '#notify/ended-backup.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { Clock } from '#platform/clock.ts';
import { pause } from '#platform/pause.ts';
import type { SchedulerParts } from '#schedule/open-schedule.ts';
import { schedulerSettings } from '#settings/scheduler-settings.ts';
import type { ServedSystem } from '../api/served-system.ts';
import { drillsEnd } from '../drill/drills-end.ts';
import { openRuns, type Run, type Runs } from '../service/open-runs.ts';
import { scheduleParts } from '../service/schedule-parts.ts';
import { backUpTenant } from './back-up-tenant.ts';
import { composeTenant } from './compose-tenant.ts';
import type { DrillTurns } from './drill-turns.ts';
import type { TenantGround } from './ground-of.ts';
import { openTenantDrills } from './open-tenant-drills.ts';
import { ownChannels } from './own-channels.ts';
import { requireOwnBackups } from './require-own-backups.ts';
import type { Slot, Slots } from './share-slots.ts';
import { type Told, tellOfTenant } from './tell-of-tenant.ts';
import type { Tenant } from './tenant.ts';
import { tenantFolder } from './tenant-folder.ts';

/** A tenant as the routes of the API and the scheduler see it. */
export interface OpenTenant {
  system: ServedSystem & { tenant: Tenant };
  schedule: SchedulerParts;
  drills: SchedulerParts;
  told: Told;
}

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

/** `runs`: those of the same tenant before its folder was renamed. */
export function openTenant(tenant: Tenant, parts: TenantParts, runs?: Runs): OpenTenant {
  const { id, name, root } = tenant;
  const { clock, ground, slots, log } = parts;
  const state = tenantFolder(ground.state, id);
  const journal = openJournal(join(state, 'logs'), clock, { system: name });
  const told = toldOf(tenant, journal, parts);
  const all = runs ?? openRuns(() => clock.now());
  const drills = openTenantDrills(tenant, { ...parts, runs: all, told, state, journal });
  let turn: Slot | undefined;

  /** `held`: the schedule's, which waited for its turn before. */
  function begin(request: BackupRequest, held?: Slot): Run {
    const run = all.begin(
      'a backup',
      async (how) => {
        if (held === undefined) how.onProgress({ stage: 'waiting for its turn', done: 0 });
        using slot = held ?? (await slots.take(id, { first: true }, how.signal));
        const onProgress: typeof how.onProgress = (progress) => {
          slot.progressed();
          how.onProgress(progress);
        };
        return await backUpTenant(tenant, ground, { ...parts, ...how, notifier: told, request, onProgress });
      },
      GOES_FIRST,
    );
    const changed = () => parts.changed(id);
    if (held === undefined) run.ended.then(changed, changed);
    return run;
  }

  const scheduled = {
    ...{ id, state, journal },
    destination: folderDestination(join(root, 'backups')),
    settings: async () => schedulerSettings((await composeTenant(tenant, ground)).settings.backup),
    begin: () => begin({}, turn),
  };
  const schedule = scheduleParts(scheduled, { notifier: told, log, wait: pause }, parts);
  return {
    system: {
      id,
      tenant,
      runs: all,
      async compose() {
        await requireOwnBackups(root);
        return await composeTenant(tenant, ground);
      },
      startBackup: (request) => begin(request),
      startDrill: drills.start,
      settingsChanged: () => parts.changed(id),
    },
    told,
    drills: drills.schedule,
    schedule: {
      ...schedule,
      async lockHolder() {
        await stopDrill(all);
        await drillsEnd({ stateFolder: state, systemId: id }, all, parts.signal);
        return await schedule.lockHolder();
      },
      async lastSuccess() {
        await requireOwnBackups(root);
        return await schedule.lastSuccess();
      },
      async takeTurn(signal) {
        turn = await slots.take(id, { first: false }, signal);
        return turn;
      },
    },
  };
}

/** No drill holds up a backup: it is made again. */
const GOES_FIRST = { insteadOf: DRILL };

async function stopDrill(runs: Pick<Runs, 'current'>): Promise<void> {
  const run = runs.current();
  if (run?.what !== DRILL) return;
  run.stop('a backup is due');
  await Promise.allSettled([run.ended]);
}

function toldOf(tenant: Tenant, journal: Journal, parts: TenantParts): Told {
  const { ground, notifier } = parts;
  const told = tellOfTenant(tenant, {
    ...{ ...parts, journal, state: tenantFolder(ground.state, tenant.id), relay: notifier.relay },
    channels: () => ownChannels(tenant, ground, parts),
    ring: () => parts.ring(tenant.id),
  });
  return {
    ...told,
    async runEnded(run) {
      await told.runEnded(run);
      parts.runEnded(tenant, run);
    },
    async drillEnded(run) {
      await told.drillEnded(run);
      parts.runEnded(tenant, run);
    },
  };
}
