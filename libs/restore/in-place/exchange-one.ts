import type { CheckedItem, MemberReader, SwitchRecord } from '#sources/restore-target.ts';
import type { Transaction } from '../logged-transaction.ts';
import type { TargetWork } from '../restore-parts.ts';

/** `record`: by which what is kept, which is empty, can be dropped. */
export interface Exchanged {
  checked: CheckedItem[];
  record: SwitchRecord;
}

/** Stages, checks and switches over as ever, where what was live is deleted. What was staged is dropped if that fails. */
export async function exchangeOne(
  { target, components }: TargetWork,
  archive: MemberReader,
  transaction: Transaction,
): Promise<Exchanged> {
  const { signal } = new AbortController();
  try {
    await transaction.announce(await target.announce(signal));
    const options = { signal, onBytes: () => undefined };
    for (const component of components) await target.stage(component, archive, options);
    const checked = await target.check(signal);
    const record = await target.prepare(signal);
    await transaction.prepare(record);
    await target.switchOver(transaction.log, signal);
    return { checked, record };
  } finally {
    await target[Symbol.asyncDispose]();
  }
}
