import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { localTime } from '#platform/local-time.ts';
import { readLockNote } from '#platform/read-lock-note.ts';
import type { ScheduleState } from '#schedule/schedule-state.ts';
import { scheduleStatus } from '#schedule/schedule-status.ts';
import { scheduleStore } from '#schedule/schedule-store.ts';
import { schedulerSettings } from '#settings/scheduler-settings.ts';
import type { ComposedSystem } from './compose.ts';

export interface KnownAutomation {
  nextRun: string | null;
  notByItself: string | null;
}

/** When the next backup is due by the settings of now, and what stands in its way (TN-08), if anything does. */
export async function readAutomation(
  { settings, state, id, servedBy }: ComposedSystem,
  clock: Clock,
): Promise<KnownAutomation> {
  const wanted = schedulerSettings(settings.backup);
  if (wanted.schedule.frequency === 'Not Use') return never('the frequency is Not Use');
  const known = await readState(state, id);
  const status = scheduleStatus(known, { now: clock.now(), zone: clock.zone(), settings: wanted });
  if (status.automation === 'off') return never('automatic backup is switched off');
  if (status.automation === 'paused') return never('automatic backup is paused');
  const [next] = [status.next, status.retry]
    .flatMap((at) => (at === null ? [] : [Temporal.Instant.from(at)]))
    .sort(Temporal.Instant.compare);
  return { nextRun: next?.toString() ?? null, notByItself: await whyNot(servedBy, known, clock) };
}

function never(why: string): KnownAutomation {
  return { nextRun: null, notByItself: why };
}

async function whyNot(
  servedBy: ComposedSystem['servedBy'],
  known: ScheduleState | undefined,
  clock: Clock,
): Promise<string | null> {
  const service = await readLockNote({ ...servedBy, scope: 'service' });
  if (service === undefined) return 'no service is running: start it, or let a timer run "lifeboat backup"';
  if (known?.stopped === undefined) return null;
  const since = localTime(Temporal.Instant.from(known.stopped.since), clock.zone());
  return `automatic backup stopped at ${since} after ${known.attempts} failures (1401): ${known.stopped.cause}`;
}

/** A state that cannot be read is the service's to tell; here it is as if nothing were known. */
async function readState(stateFolder: string, id: string): Promise<ScheduleState | undefined> {
  try {
    return await scheduleStore(stateFolder, id).read();
  } catch (error) {
    if (error instanceof LifeboatError && error.code === 'state-unusable') return undefined;
    throw error;
  }
}
