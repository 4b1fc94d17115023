import type { Transaction } from '../logged-transaction.ts';
import type { TargetWork } from '../restore-parts.ts';

/** Deletes what is live of a target, for good. */
export async function deleteLive({ target }: TargetWork, { log }: Transaction): Promise<void> {
  const { signal } = new AbortController();
  if (target.makeRoom === undefined) throw new TypeError(`${target.id} cannot be restored in place`);
  await target.makeRoom(signal, log);
}
