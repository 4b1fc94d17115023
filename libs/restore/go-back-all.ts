import { patientLog } from '#sources/exchange/patient-log.ts';
import type { RestoreLog, SwitchRecord } from '#sources/restore-target.ts';
import type { TransactionParts } from './transaction.ts';

/**
 * Goes back in all targets on record, the last one first, whatever becomes of one; resolves with those that could
 * not, a line each. May be repeated. It cannot be stopped: going back half-way is what must not happen.
 */
export async function goBackAll(
  records: readonly SwitchRecord[],
  { switching, onProgress }: Pick<TransactionParts, 'switching' | 'onProgress'>,
  log: RestoreLog,
): Promise<string[]> {
  const { signal } = new AbortController();
  const patient = patientLog(log);
  const stuck: string[] = [];
  for (const [index, record] of records.toReversed().entries()) {
    onProgress({ stage: 'going back', item: record.target, done: index, total: records.length });
    const what = `go back in ${record.target}`;
    await patient.before({ what, goBack: 'nothing: this is the way back' });
    try {
      await using target = await switching.switched(record, signal);
      await target.goBack(patient, signal);
      await patient.done(what);
    } catch (error) {
      stuck.push(`${record.target}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return stuck;
}
