import { exchangeFile, hasComeIn } from '../exchange/exchange-file.ts';
import type { PlaceState } from '../exchange/place-state.ts';
import type { RestoreLog } from '../restore-target.ts';
import { moveCompanions } from './database-files.ts';
import { refuseIfOpen, takeOutOfUse } from './take-out-of-use.ts';

/**
 * Makes live the database that is to come in and keeps what was live, each with its companions, from wherever an
 * exchange in either direction stopped. The companions of what is live go before it and those of what comes in come
 * after it: no -wal or -journal ever lies beside a file that it does not belong to. The file itself is exchanged by
 * one rename. May be cut off and repeated. Throws `target-in-use` and `switch-failed`.
 */
export async function exchangeDatabase(
  state: PlaceState,
  log: RestoreLog,
  { waitMs, signal }: { waitMs: number; signal: AbortSignal },
): Promise<void> {
  const { component, live, staged, old } = state;
  if (!(await hasComeIn(state))) {
    await takeOutOfUse(live, waitMs, signal);
    await moveCompanions(live, old, { log, why: `keep the ${component} that is live` });
    await exchangeFile(state, log);
    // Whoever opened it since it was locked would write to the old state for ever.
    await refuseIfOpen(live, [old]);
  } else {
    await exchangeFile(state, log);
  }
  await moveCompanions(staged, live, { log, why: `put the other ${component} in its place` });
}
