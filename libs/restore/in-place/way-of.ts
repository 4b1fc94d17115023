import type { RestoreLog, SwitchRecord } from '#sources/restore-target.ts';
import type { Switching } from '../transaction.ts';

/** What can be done with a target that was switched over. */
export interface Way {
  goBack(log: RestoreLog): Promise<void>;
  forget(): Promise<void>;
}

/** By its record; it cannot be stopped. */
export function wayOf(record: SwitchRecord, { switched }: Switching): Way {
  const { signal } = new AbortController();
  return {
    async goBack(log) {
      await using target = await switched(record, signal);
      await target.goBack(log, signal);
    },
    async forget() {
      await using target = await switched(record, signal);
      await target.forget(signal);
    },
  };
}
