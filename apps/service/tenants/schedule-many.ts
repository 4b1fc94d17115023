import type { Log } from '#log/log.ts';
import type { Clock } from '#platform/clock.ts';
import { pause } from '#platform/pause.ts';
import { createAlarm } from '#schedule/alarm.ts';
import { type OpenSchedule, openSchedule, type SchedulerParts } from '#schedule/open-schedule.ts';

/** The schedules of many systems, which come and go: one loop for all of them, no timer or watcher for each. */
export interface ManySchedules {
  /** From now on these: new ones are looked at at once, what runs of those that are gone is stopped. */
  serve(systems: ReadonlyMap<string, SchedulerParts>): void;
  /** Looks at one of them, or at all, as soon as can be. */
  wake(id?: string): void;
  /** Until the signal aborts; what runs then is stopped and waited for. */
  run(signal: AbortSignal): Promise<void>;
}

interface Entry {
  id: string;
  parts: SchedulerParts;
  schedule: OpenSchedule | undefined;
  /** When to look again, in milliseconds since 1970. */
  next: number;
  /** It was to be looked at while a look went on. */
  again: boolean;
  looking: Promise<void> | undefined;
  gone: AbortController;
}

/** A look that takes longer (a disk that does not answer) goes on beside the others. */
const PATIENCE_MS = 1_000;
/** After a look that could not be made: settings that cannot be read. */
const AGAIN_MS = 60_000;

export function scheduleMany({ clock, log }: { clock: Clock; log: Log }): ManySchedules {
  const entries = new Map<string, Entry>();
  const alarm = createAlarm();
  const now = () => clock.now().epochMilliseconds;

  function wake(id?: string): void {
    const woken = id === undefined ? [...entries.values()] : [entries.get(id)];
    for (const entry of woken) {
      if (entry === undefined) continue;
      entry.next = 0;
      entry.again = true;
    }
    alarm.ring();
  }

  /** `before`: what goes on at the place where it was, which ends first. */
  function add(id: string, parts: SchedulerParts, before: Entry | undefined): void {
    before?.gone.abort(new Error('the tenant has moved'));
    const entry: Entry = {
      ...{ id, parts, next: 0, again: false },
      ...NOTHING_YET,
      gone: new AbortController(),
    };
    entries.set(id, entry);
    entry.looking = before?.looking?.then(() => {
      entry.looking = undefined;
      alarm.ring();
    });
  }

  /** Resolves when the look is over, or when what it found waits for its turn. */
  async function look(entry: Entry, signal: AbortSignal): Promise<void> {
    const { promise: waits, resolve: nowWaits } = Promise.withResolvers<void>();
    const stop = AbortSignal.any([signal, entry.gone.signal]);
    entry.again = false;
    entry.looking = lookOnce(entry, nowWaits, { log, now, stop }).then((next) => {
      entry.next = entry.again ? 0 : next;
      entry.looking = undefined;
      nowWaits();
      alarm.ring();
    });
    const enough = new AbortController();
    await Promise.race([waits, pause(PATIENCE_MS, enough.signal)]);
    enough.abort();
  }

  return {
    serve(systems) {
      for (const [id, parts] of systems) {
        const before = entries.get(id);
        if (before?.parts !== parts) add(id, parts, before);
      }
      for (const [id, entry] of entries) {
        if (systems.has(id)) continue;
        entry.gone.abort(new Error('the tenant is gone'));
        entries.delete(id);
      }
      alarm.ring();
    },
    wake,
    async run(signal) {
      let before = { now: 0, zone: '' };
      while (!signal.aborted) {
        const at = { now: now(), zone: clock.zone() };
        // A clock that was set makes other times due than those that were worked out.
        if (at.now < before.now || at.zone !== before.zone) wake();
        before = at;
        for (const entry of entries.values()) {
          if (signal.aborted) break;
          if (entry.looking === undefined && entry.next <= now()) await look(entry, signal);
        }
        await alarm.wait(firstOf(entries) - now(), signal);
      }
      await Promise.all([...entries.values()].map(({ looking }) => looking));
    },
  };
}

const NOTHING_YET = { schedule: undefined, looking: undefined };

/** When the next of those is due that are not looked at already. */
function firstOf(entries: ReadonlyMap<string, Entry>): number {
  const waiting = [...entries.values()].filter(({ looking }) => looking === undefined);
  return Math.min(...waiting.map(({ next }) => next));
}

/** Resolves with when to look again. */
async function lookOnce(
  entry: Entry,
  nowWaits: () => void,
  { log, now, stop }: { log: Log; now: () => number; stop: AbortSignal },
): Promise<number> {
  try {
    entry.schedule ??= await openSchedule(entry.parts);
    const { attempted, next } = await entry.schedule.look(stop, nowWaits);
    return attempted ? 0 : (next?.epochMilliseconds ?? Number.POSITIVE_INFINITY);
  } catch (error) {
    if (!stop.aborted) log.error('the schedule of a tenant cannot be followed', { id: entry.id, error });
    return now() + AGAIN_MS;
  }
}
