import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { localTime } from '#platform/local-time.ts';
import { readLockNote } from '#platform/read-lock-note.ts';
import type { ScheduleState } from '#schedule/schedule-state.ts';
import { scheduleStatus } from '#schedule/schedule-status.ts';
import { scheduleStore } from '#schedule/schedule-store.ts';
import { schedulerSettings } from '#settings/scheduler-settings.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';

export interface KnownAutomation {
  nextRun: string | null;
  notByItself: string | null;
  /** The same by a stable code, for whoever says it in another language. */
  why: NotByItself | null;
}

export type NotByItself =
  | { code: 'not-use' | 'off' | 'paused' | 'no-service' }
  | { code: 'stopped'; since: string; failures: number; cause: string };

/** When the next backup is due by the settings of now, and what stands in its way (TN-08), if anything does. */
export async function readAutomation(
  { settings, state, id, servedBy }: ComposedSystem,
  clock: Clock,
): Promise<KnownAutomation> {
  const wanted = schedulerSettings(settings.backup);
  if (wanted.schedule.frequency === 'Not Use') return never('not-use');
  const known = await readState(state, id);
  const status = scheduleStatus(known, { now: clock.now(), zone: clock.zone(), settings: wanted });
  if (status.automation === 'off') return never('off');
  if (status.automation === 'paused') return never('paused');
  const [next] = [status.next, status.retry]
    .flatMap((at) => (at === null ? [] : [Temporal.Instant.from(at)]))
    .sort(Temporal.Instant.compare);
  const why = await whyNot(servedBy, known);
  return { nextRun: next?.toString() ?? null, notByItself: why && words(why, clock), why };

  function never(code: 'not-use' | 'off' | 'paused'): KnownAutomation {
    return { nextRun: null, notByItself: words({ code }, clock), why: { code } };
  }
}

async function whyNot(
  servedBy: ComposedSystem['servedBy'],
  known: ScheduleState | undefined,
): Promise<NotByItself | null> {
  const service = await readLockNote({ ...servedBy, scope: 'service' });
  if (service === undefined) return { code: 'no-service' };
  if (known?.stopped === undefined) return null;
  const { since, cause } = known.stopped;
  return { code: 'stopped', since, failures: known.attempts, cause };
}

function words(why: NotByItself, clock: Clock): string {
  switch (why.code) {
    case 'not-use':
      return 'the frequency is Not Use';
    case 'off':
      return 'automatic backup is switched off';
    case 'paused':
      return 'automatic backup is paused';
    case 'no-service':
      return 'no service is running: start it, or let a timer run "lifeboat backup"';
    case 'stopped': {
      const since = localTime(Temporal.Instant.from(why.since), clock.zone());
      return `automatic backup stopped at ${since} after ${why.failures} failures (1401): ${why.cause}`;
    }
  }
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
