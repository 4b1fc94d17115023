import type { SwitchRecord } from '#sources/restore-target.ts';
import type { LoggedKept } from '../log/log-record.ts';
import type { TransactionParts } from '../transaction.ts';

/** Where what was live before is kept, and its bytes. Asked after everything is done: not knowing it fails nothing. */
export async function keptStates(
  records: readonly SwitchRecord[],
  { switching }: Pick<TransactionParts, 'switching'>,
): Promise<LoggedKept[]> {
  const { signal } = new AbortController();
  const states: LoggedKept[] = [];
  for (const record of records) {
    try {
      await using target = await switching.switched(record, signal);
      for (const { bytes, ...state } of await target.kept(signal)) {
        states.push(bytes === undefined ? state : { ...state, bytes });
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : error;
      states.push({ component: record.target, place: `could not be looked at: ${reason}`, goBack: [] });
    }
  }
  return states;
}
