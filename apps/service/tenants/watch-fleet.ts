import type { Log } from '#log/log.ts';
import type { Clock } from '#platform/clock.ts';
import { pause } from '#platform/pause.ts';
import { createAlarm } from '#schedule/alarm.ts';

/** LB-10 for many: one loop looks at one after the other, whether or not backups run. */
export interface FleetWatch {
  /** Look at this one soon: something has happened to it. */
  wake(id: string): void;
  run(signal: AbortSignal): Promise<void>;
}

export interface FleetWatchParts<Watched> {
  /** Those that are there now, by id. */
  all: () => ReadonlyMap<string, Watched>;
  /** Looks at one. What it throws is told to the log, and it is looked at again in its turn. */
  look: (one: Watched, signal: AbortSignal) => Promise<void>;
  /** After each round, and now and then within: keeps what was seen. */
  save: () => Promise<void>;
  clock: Clock;
  log: Log;
}

/** Between two looks at the same one, in milliseconds. */
const ROUND_MS = 300_000;
/** Between two looks at all: a round of a thousand takes a machine that is busy with their backups little away. */
const PACE_MS = 25;
/** A look that takes longer (a disk that does not answer) goes on beside the others, as many as this. */
const PATIENCE_MS = 1_000;
const BESIDE = 32;
const SAVE_MS = 10_000;

export function watchFleet<Watched>(parts: FleetWatchParts<Watched>): FleetWatch {
  const { all, clock, log } = parts;
  /** When to look at whom, in milliseconds that pass. */
  const due = new Map<string, number>();
  const looking = new Map<string, Promise<void>>();
  const alarm = createAlarm();
  let saved = clock.elapsed();

  async function lookAt(id: string, one: Watched, signal: AbortSignal): Promise<void> {
    due.set(id, clock.elapsed() + ROUND_MS);
    const ended = tried(() => parts.look(one, signal), id, signal).finally(() => looking.delete(id));
    looking.set(id, ended);
    const enough = new AbortController();
    await Promise.race([ended, pause(PATIENCE_MS, enough.signal)]);
    enough.abort();
    if (looking.size >= BESIDE) await Promise.race(looking.values());
  }

  async function tried(work: () => Promise<void>, id: string, signal: AbortSignal): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!signal.aborted)
        log.error('the age of the last good backup of a tenant is not known', { id, error });
    }
  }

  async function keep(): Promise<void> {
    saved = clock.elapsed();
    try {
      await parts.save();
    } catch (error) {
      log.error('what the watch over tenants has seen could not be kept', { error });
    }
  }

  return {
    wake(id) {
      due.set(id, 0);
      alarm.ring();
    },
    async run(signal) {
      while (!signal.aborted) {
        for (const id of due.keys()) if (!all().has(id)) due.delete(id);
        const next = earliest(all(), due, looking);
        const wait = next === undefined ? ROUND_MS : next.at - clock.elapsed();
        if (next === undefined || wait > 0) await alarm.wait(wait, signal);
        else await lookAt(next.id, next.one, signal).then(() => pause(PACE_MS, signal));
        if (clock.elapsed() - saved >= SAVE_MS) await keep();
      }
      await Promise.all(looking.values());
      await keep();
    },
  };
}

/** Whoever is new comes at once. */
function earliest<Watched>(
  all: ReadonlyMap<string, Watched>,
  due: ReadonlyMap<string, number>,
  looking: ReadonlyMap<string, unknown>,
): { id: string; one: Watched; at: number } | undefined {
  let first: { id: string; one: Watched; at: number } | undefined;
  for (const [id, one] of all) {
    if (looking.has(id)) continue;
    const at = due.get(id) ?? 0;
    if (first === undefined || at < first.at) first = { id, one, at };
  }
  return first;
}
