import type { CheckedItem, MemberReader } from '#sources/source.ts';
import type { RestoreLogFile } from './restore-log.ts';
import type { TargetWork } from './run-restore.ts';

/** Deletes what is live of a target, then stages, checks and switches over as ever. What was staged is dropped if that fails. */
export async function exchangeOne(
  { target, components }: TargetWork,
  archive: MemberReader,
  log: RestoreLogFile,
): Promise<CheckedItem[]> {
  const { signal } = new AbortController();
  if (target.makeRoom === undefined) throw new TypeError(`${target.id} cannot be restored in place`);
  await target.makeRoom(signal);
  try {
    const options = { signal, onBytes: () => undefined };
    for (const component of components) await target.stage(component, archive, options);
    const checked = await target.check(signal);
    await target.switchOver(log, signal);
    return checked;
  } finally {
    await target[Symbol.asyncDispose]();
  }
}
