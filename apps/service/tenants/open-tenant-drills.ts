import { DRILL } from '#drill/drill-purpose.ts';
import type { Journal } from '#journal/journal.ts';
import type { Log } from '#log/log.ts';
import type { Clock } from '#platform/clock.ts';
import { pause } from '#platform/pause.ts';
import type { SchedulerParts } from '#schedule/open-schedule.ts';
import { drillNow } from '../drill/drill-now.ts';
import { drillSchedule } from '../drill/drill-schedule.ts';
import { drillScheduleParts } from '../drill/drill-schedule-parts.ts';
import { waitPatiently } from '../drill/wait-patiently.ts';
import { endOfRun } from '../service/end-of-run.ts';
import type { Run, Runs } from '../service/open-runs.ts';
import { composeTenant } from './compose-tenant.ts';
import type { DrillTurns } from './drill-turns.ts';
import type { TenantGround } from './ground-of.ts';
import { requireOwnBackups } from './require-own-backups.ts';
import type { Told } from './tell-of-tenant.ts';
import type { Tenant } from './tenant.ts';

/** LB-03: the drills of one tenant, asked for or by its schedule. */
export interface TenantDrills {
  start(archive?: string): Run;
  schedule: SchedulerParts;
}

export interface TenantDrillParts {
  ground: TenantGround;
  turns: DrillTurns;
  runs: Runs;
  told: Pick<Told, 'drillEnded'>;
  state: string;
  journal: Journal;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/** Whoever is in the way for longer (a restore that waits for a person) lets the drills of others pass. Milliseconds. */
const PATIENCE_MS = 60_000;
/** So often a drill that made way for a backup begins again. */
const TRIES = 3;

export function openTenantDrills(tenant: Tenant, parts: TenantDrillParts): TenantDrills {
  const { id, root } = tenant;
  const { ground, turns, runs, told, clock, state } = parts;
  const lock = { stateFolder: state, systemId: id, clock };

  /** `hasTurn`: the schedule has waited for it before, and holds it. */
  function start(archive: string | undefined, hasTurn: boolean): Run {
    return runs.begin(DRILL, async (how) => {
      if (!hasTurn) how.onProgress({ stage: 'waiting for its turn', done: 0 });
      using _turn = hasTurn ? undefined : await turns.take(id, { first: true }, how.signal);
      await requireOwnBackups(root);
      return await drillNow(await composeTenant(tenant, ground), archive, { clock, ...how, notifier: told });
    });
  }

  return {
    start: (archive) => start(archive, false),
    schedule: {
      ...drillScheduleParts({ id, state, journal: parts.journal }, parts),
      settings: async () => drillSchedule((await composeTenant(tenant, ground)).settings),
      lockHolder: () => waitPatiently(lock, runs, parts.signal, PATIENCE_MS),
      async runOne(_attempt, stop) {
        for (let left = TRIES; ; left -= 1) {
          // A backup that is due, or asked for, stops a drill; it begins again after that.
          await waitPatiently(lock, runs, stop);
          const end = await endOfRun(start(undefined, true), stop);
          const madeWay = end.state === 'interrupted' && runs.current() !== undefined;
          if (!madeWay || stop.aborted || left === 1) return end;
        }
      },
      takeTurn: (signal) => turns.take(id, { first: false }, signal),
      wait: pause,
    },
  };
}
