import type { RestoreLog } from '../restore-target.ts';

/** The same log for a way back: a log that cannot be written (its disk may be full) must not hold that up. */
export function patientLog(log: RestoreLog): RestoreLog {
  return {
    before: (step) => whateverComes(log.before(step)),
    done: (what) => whateverComes(log.done(what)),
  };
}

async function whateverComes(writing: Promise<void>): Promise<void> {
  await Promise.allSettled([writing]);
}
