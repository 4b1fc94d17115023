/** A sleep that can be cut short. */
export interface Alarm {
  /** Resolves after so many milliseconds; earlier when it rings or the signal aborts, and at the latest after `longest`. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Ends the sleep, or the next one if nobody sleeps: something has changed. */
  ring(): void;
}

/**
 * Timers count milliseconds that pass while the machine is awake: they know nothing of a clock that was set or of
 * a suspended machine. No sleep is longer than half a minute, so that whoever sleeps reads the clock again by then.
 */
export function createAlarm(longest = 30_000): Alarm {
  let rung = false;
  let wake: () => void = () => undefined;
  return {
    async wait(milliseconds, signal) {
      if (!rung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          // By hand, since a service waits a million times a year: nothing may stay behind on its signal.
          const end = () => {
            clearTimeout(timer);
            signal.removeEventListener('abort', end);
            resolve();
          };
          const timer = setTimeout(end, Math.min(Math.max(milliseconds, 0), longest));
          signal.addEventListener('abort', end);
          wake = end;
        });
      }
      rung = false;
    },
    ring() {
      rung = true;
      wake();
    },
  };
}
