import { join } from 'node:path';
import type { BackupRequest } from '#backup/backup-parts.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import { DRILL } from '#drill/drill-purpose.ts';
import type { Journal } from '#journal/journal.ts';
import { pause } from '#platform/pause.ts';
import type { SchedulerParts } from '#schedule/open-schedule.ts';
import { schedulerSettings } from '#settings/scheduler-settings.ts';
import { drillsEnd } from '../drill/drills-end.ts';
import type { Run, Runs } from '../service/open-runs.ts';
import { scheduleParts } from '../service/schedule-parts.ts';
import { backUpTenant } from './back-up-tenant.ts';
import { composeTenant } from './compose-tenant.ts';
import { requireOwnBackups } from './require-own-backups.ts';
import type { Slot } from './share-slots.ts';
import type { Told } from './tell-of-tenant.ts';
import type { Tenant } from './tenant.ts';
import type { TenantParts } from './tenant-parts.ts';

/** The backups of one tenant, asked for or by its schedule. */
export interface TenantBackups {
  start(request: BackupRequest): Run;
  schedule: SchedulerParts;
}

export type TenantBackupParts = TenantParts & { runs: Runs; told: Told; state: string; journal: Journal };

export function openTenantBackups(tenant: Tenant, parts: TenantBackupParts): TenantBackups {
  const { id, root } = tenant;
  const { ground, slots, runs, told, state, journal, log } = parts;
  let turn: Slot | undefined;
  const scheduled = {
    ...{ id, state, journal },
    destination: folderDestination(join(root, 'backups')),
    settings: async () => schedulerSettings((await composeTenant(tenant, ground)).settings.backup),
    begin: () => begin(tenant, parts, {}, turn),
  };
  const schedule = scheduleParts(scheduled, { notifier: told, log, wait: pause }, parts);
  return {
    start(request) {
      const run = begin(tenant, parts, request);
      const changed = () => parts.changed(id);
      run.ended.then(changed, changed);
      return run;
    },
    schedule: {
      ...schedule,
      async lockHolder() {
        await stopDrill(runs);
        await drillsEnd({ stateFolder: state, systemId: id }, runs, parts.signal);
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

/** `held`: the turn that the schedule has waited for. No drill holds up a backup: it is made again. */
function begin(tenant: Tenant, parts: TenantBackupParts, request: BackupRequest, held?: Slot): Run {
  const { ground, slots, runs, told } = parts;
  const work: Parameters<Runs['begin']>[1] = async (how) => {
    if (held === undefined) how.onProgress({ stage: 'waiting for its turn', done: 0 });
    using slot = held ?? (await slots.take(tenant.id, { first: true }, how.signal));
    const onProgress: typeof how.onProgress = (progress) => {
      slot.progressed();
      how.onProgress(progress);
    };
    return await backUpTenant(tenant, ground, { ...parts, ...how, notifier: told, request, onProgress });
  };
  return runs.begin('a backup', work, { insteadOf: DRILL });
}

async function stopDrill(runs: Pick<Runs, 'current'>): Promise<void> {
  const run = runs.current();
  if (run?.what !== DRILL) return;
  run.stop('a backup is due');
  await Promise.allSettled([run.ended]);
}
