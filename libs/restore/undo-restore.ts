import type { RunResult } from '#journal/run-result.ts';
import { LifeboatError } from '#platform/errors.ts';
import { stopSystem } from './around/stop-and-start.ts';
import { takeLocks } from './around/take-locks.ts';
import { beginTransaction } from './begin-transaction.ts';
import { endSwitched, type SystemEnd } from './end-switched.ts';
import { findKept } from './kept/find-kept.ts';
import { type KeptRun, listKept } from './kept/list-kept.ts';
import type { Transaction } from './logged-transaction.ts';
import { orRollBack } from './or-roll-back.ts';
import { refuseOpenRestore } from './refuse-open-restore.ts';
import { requireReach } from './require-reach.ts';
import type { SystemParts, TransactionParts } from './transaction.ts';

export interface UndoParts extends TransactionParts {
  /** Names the undo; it can be undone by that name. */
  runId: string;
  /** As the installed conf has it; undefined where none can be read: then as it was when the restore began. */
  around: SystemParts | undefined;
}

/**
 * LB-02: brings back the state before a restore (or an undo) that ended well, as a transaction of its own: what is live
 * is kept where the other state lay, so it can be undone too. All or nothing: until its commit point a failure or a
 * kill ends in the state before the undo.
 */
export async function undoRestore(
  { systemId, run }: { systemId: string | undefined; run: string | undefined },
  parts: UndoParts,
  signal: AbortSignal,
): Promise<RunResult> {
  const { log, operation } = await findKept(parts.stateFolder, systemId, run, parts.clock.now());
  const { system, alsoLocked } = log.begin;
  const systems = [system.id, ...alsoLocked];
  await using _locks = await takeLocks(systems, parts, 'an undo');
  for (const id of systems) await refuseOpenRestore(parts.stateFolder, id);
  // Again under the lock: it may have been forgotten or undone meanwhile.
  const kept = await findKept(parts.stateFolder, systemId, log.run, parts.clock.now());
  await requireUndoable(kept, parts, signal);
  const around = parts.around ?? aroundOf(kept);
  await using transaction = await beginTransaction(
    { ...parts, around },
    {
      operation: 'undo',
      of: kept.run,
      system,
      alsoLocked,
      plan: kept.log.prepared.map(({ target }) => `will bring back ${target} as it was before ${kept.run}`),
    },
  );
  await orRollBack(transaction, parts, () => bringBack(kept, parts, transaction, signal));
  return report(kept, operation, transaction, await endSwitched(transaction, parts));
}

/** Signs in and looks, before anything is stopped. */
async function requireUndoable(kept: KeptRun, parts: UndoParts, signal: AbortSignal): Promise<void> {
  if (kept.log.forgotten !== 'no') {
    throw new LifeboatError('undo-impossible', `what ${kept.run} kept has been deleted in part`, {
      hint: `delete the rest: lifeboat-restore forget ${kept.run}`,
    });
  }
  const all = await listKept(parts.stateFolder, kept.system.id, parts.clock.now());
  const later = all.slice(all.findIndex(({ run }) => run === kept.run) + 1);
  const targets = new Set(kept.log.prepared.map(({ target }) => target));
  const over = later.find(({ log }) => log.prepared.some(({ target }) => targets.has(target)));
  if (over !== undefined) {
    throw new LifeboatError('undo-impossible', `${over.run} came after ${kept.run} and is still kept`, {
      hint: `undo ${over.run} first, or forget it`,
    });
  }
  await requireReach(kept.log.prepared, parts, { command: `undo ${kept.run}` }, signal);
  for (const record of kept.log.prepared) {
    await using target = await parts.switching.switched(record, signal);
    if ((await target.look(signal)) === 'after') continue;
    throw new LifeboatError(
      'undo-impossible',
      `${record.target} is not as ${kept.run} left it: what is kept of it was moved or deleted; nothing was changed`,
      { hint: `lifeboat-restore kept shows what lay where` },
    );
  }
}

function aroundOf({ log: { begin } }: KeptRun): SystemParts {
  return {
    programs: begin.programs,
    keepStopped: { units: [], folder: '', services: [] },
    keepOldDays: begin.keepOldDays,
  };
}

/** What went last comes back first. From the first step on Stop no longer applies. */
async function bringBack(
  { log: { prepared } }: KeptRun,
  parts: UndoParts,
  transaction: Transaction,
  signal: AbortSignal,
): Promise<void> {
  await stopSystem(transaction, parts, signal);
  const lastFirst = prepared.toReversed();
  for (const record of lastFirst) {
    await using target = await parts.switching.switched(record, signal);
    await transaction.prepare(await target.reverse(signal));
  }
  const { signal: never } = new AbortController();
  for (const [done, record] of lastFirst.entries()) {
    parts.onProgress({ stage: 'going back', item: record.target, done, total: prepared.length });
    await using target = await parts.switching.switched(record, never);
    await target.goBack(transaction.logOf(record.target), never);
  }
  await transaction.log.write({ kind: 'switched' });
}

function report(
  { run }: KeptRun,
  operation: string,
  { log }: Transaction,
  { problems, lines, kept }: SystemEnd,
): RunResult {
  const message = `the state before the ${operation} ${run} is live again`;
  const all = [
    ...kept.map((state) => `kept from before the undo, ${state.component}: ${state.place}`),
    `to take the undo back: lifeboat-restore undo ${log.run}; to delete what it keeps: lifeboat-restore forget ${log.run}`,
    ...lines,
  ];
  if (problems.length === 0) return { state: 'done', message, lines: all };
  return {
    state: 'incomplete',
    message: `${message}, but ${problems.join('; ')}`,
    hint: 'mend what is said, or start the system by hand',
    lines: all,
  };
}
