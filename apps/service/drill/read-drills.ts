import type { DrillReport } from '#drill/drill-report.ts';
import { readReports } from '#drill/read-reports.ts';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { ScheduleState } from '#schedule/schedule-state.ts';
import { scheduleStatus } from '#schedule/schedule-status.ts';
import { scheduleStore } from '#schedule/schedule-store.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { drillSchedule } from './drill-schedule.ts';
import { drillScheduleId } from './drill-schedule-id.ts';

type Known = Pick<ComposedSystem, 'settings' | 'state' | 'id'>;

/** The last drill that came to a result, and when the next is due by itself. */
export interface KnownDrills {
  last: DrillReport | null;
  /** ISO 8601; null: none will run by itself. */
  next: string | null;
}

const LOOKED_AT = 20;

export async function readDrills(system: Known, clock: Clock): Promise<KnownDrills> {
  const reports = await readReports(system.state, system.id, LOOKED_AT);
  return {
    // One that was stopped says nothing, and must not hide what the one before it said.
    last: reports.find(({ result }) => result !== 'stopped') ?? null,
    next: await nextDrill(system, clock),
  };
}

async function nextDrill({ settings, state, id }: Known, clock: Clock): Promise<string | null> {
  const wanted = drillSchedule(settings);
  if (wanted.schedule.frequency === 'Not Use') return null;
  const known = await readState(state, id);
  return scheduleStatus(known, { now: clock.now(), zone: clock.zone(), settings: wanted }).next;
}

/** A state that cannot be read is the service's to tell. */
async function readState(state: string, id: string): Promise<ScheduleState | undefined> {
  try {
    return await scheduleStore(state, drillScheduleId(id)).read();
  } catch (error) {
    if (error instanceof LifeboatError && error.code === 'state-unusable') return undefined;
    throw error;
  }
}
