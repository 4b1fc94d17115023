import { messageOf } from '#platform/message-of.ts';
import { tryToLog } from '../log/try-to-log.ts';
import type { Transaction } from '../logged-transaction.ts';
import type { RestoreParts, TargetWork } from '../restore-parts.ts';
import type { Switching } from '../transaction.ts';
import { bringFromSafety } from './bring-from-safety.ts';
import type { OpenSafety, Safety } from './safety.ts';
import { takeBackMade } from './take-back-made.ts';
import type { Way } from './way-of.ts';

/** A target of which live content has been deleted, or was about to be. */
export interface BegunTarget extends TargetWork {
  /** Set once it was switched over. */
  way: Way | undefined;
}

/**
 * Brings back what was live of these targets, the last one first, whatever becomes of one; resolves with what could
 * not be brought back, a line each. What was not there before is not there after it.
 */
export async function goBackFromSafety(
  begun: readonly BegunTarget[],
  safety: Safety,
  { switching }: RestoreParts,
  transaction: Transaction,
): Promise<string[]> {
  const { log } = transaction;
  if (begun.length === 0) return [];
  const stuck: string[] = safety.raw
    .filter(({ ids }) => begun.some(({ components }) => components.some(({ id }) => ids.includes(id))))
    .map(({ ids, place }) => `${ids.join(', ')} was too damaged to be saved, its raw files are in ${place}`);
  // What of it fails is tried again, and told, with its target.
  await tryToLog(() => takeBackMade(transaction, switching));
  try {
    await using open = await safety.open(new AbortController().signal);
    for (const work of begun.toReversed()) {
      const what = `bring ${work.target.id} back from ${safety.archive}`;
      await tryToLog(() => log.before({ what, goBack: 'nothing: this is the way back' }));
      const trouble = await bringBack(work, open, switching, transaction);
      if (trouble === undefined) await tryToLog(() => log.done(what));
      else stuck.push(`${work.target.id}: ${trouble}`);
    }
  } catch (error) {
    stuck.push(`${safety.archive} cannot be used: ${messageOf(error)}`);
  }
  return stuck;
}

/** What was restored goes first: its place is needed, and what it made on a server is taken back with it. */
async function bringBack(
  { target, way }: BegunTarget,
  open: OpenSafety,
  switching: Switching,
  transaction: Transaction,
): Promise<string | undefined> {
  try {
    await way?.goBack(transaction.log);
    await way?.forget();
    await bringFromSafety(target.id, open, transaction, switching);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
