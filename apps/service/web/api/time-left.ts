import type { Progress } from './answers.ts';

/** Estimates the seconds that are left of the stage which goes on. */
export interface TimeLeft {
  /** `now` in milliseconds of a clock that never goes back. Undefined while nothing can be said. */
  see(progress: Progress, now: number): number | undefined;
}

/** An estimate from less than this would jump about. */
const LEAST = { share: 0.01, ms: 1_000 };

export function createTimeLeft(): TimeLeft {
  let stage: string | undefined;
  let began = { at: 0, done: 0 };
  return {
    see(progress, now) {
      if (progress.stage !== stage) {
        stage = progress.stage;
        began = { at: now, done: progress.done };
      }
      const { total } = progress;
      const passed = now - began.at;
      const made = progress.done - began.done;
      if (total === undefined || made <= total * LEAST.share || passed < LEAST.ms) return undefined;
      return ((Math.max(0, total - progress.done) / made) * passed) / 1000;
    },
  };
}
