import type { RunResult } from '#journal/run-result.ts';
import { takeLocks } from '../around/take-locks.ts';
import { readRestoreLog } from '../log/read-restore-log.ts';
import { resumeRestoreLog } from '../log/restore-log.ts';
import { refuseOpenRestore } from '../refuse-open-restore.ts';
import { requireReach } from '../require-reach.ts';
import type { TransactionParts } from '../transaction.ts';
import { findKept } from './find-kept.ts';

/** Deletes for good what one run kept of the state before it. May be cut off and repeated; from its begin on there is no undo. */
export async function forgetOld(
  { systemId, run }: { systemId: string | undefined; run: string },
  parts: TransactionParts,
  signal: AbortSignal,
): Promise<RunResult> {
  const { log: kept, operation, bytes } = await findKept(parts.stateFolder, systemId, run, parts.clock.now());
  const { begin, path } = kept;
  const systems = [begin.system.id, ...begin.alsoLocked];
  await using _locks = await takeLocks(systems, parts, 'forgetting');
  for (const id of systems) await refuseOpenRestore(parts.stateFolder, id);
  await findKept(parts.stateFolder, systemId, run, parts.clock.now());
  const content = await readRestoreLog(path);
  await requireReach(content.prepared, parts, { command: `forget ${run}` }, signal);
  await using log = await resumeRestoreLog(content, parts);
  await log.write({ kind: 'forgetting' });
  for (const record of content.prepared) {
    signal.throwIfAborted();
    await using target = await parts.switching.switched(record, signal);
    await target.forget(signal);
  }
  await log.write({ kind: 'forgotten' });
  const message = `what was kept from before the ${operation} ${run} is deleted (${bytes} bytes)`;
  return { state: 'done', message, lines: [] };
}
