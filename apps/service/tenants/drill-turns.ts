import type { Clock } from '#platform/clock.ts';
import { pause } from '#platform/pause.ts';
import { type Slot, type Slots, shareSlots } from './share-slots.ts';

/** Turns for drills of many tenants. */
export interface DrillTurns {
  /** As Slots.take. One at a time in all of the service, and none begins while a backup waits for its turn. */
  take(tenant: string, options: { first: boolean }, signal: AbortSignal): Promise<Slot>;
}

const LOOK_MS = 1000;

/** `backups`: whose turns come first. */
export function drillTurns(backups: Pick<Slots, 'waiting'>, clock: Clock): DrillTurns {
  const drills = shareSlots({
    ...{ atOnce: 1, aside: 0, patienceMs: Number.MAX_SAFE_INTEGER },
    elapsed: () => clock.elapsed(),
  });
  return {
    async take(tenant, options, signal) {
      const turn = await drills.take(tenant, options, signal);
      try {
        while (backups.waiting() > 0) {
          signal.throwIfAborted();
          await pause(LOOK_MS, signal);
        }
        return turn;
      } catch (error) {
        turn[Symbol.dispose]();
        throw error;
      }
    },
  };
}
