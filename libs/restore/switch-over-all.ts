import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import type { Transaction } from './logged-transaction.ts';
import type { RestoreParts } from './restore-parts.ts';

/**
 * Puts on record what every target is about to do, then switches them over, one after the other. From here on Stop no
 * longer applies: going back half-way is what must not happen. A failure is the caller's to go back from.
 */
export async function switchOverAll(parts: RestoreParts, transaction: Transaction): Promise<void> {
  const { signal } = new AbortController();
  const targets = parts.targets.map(({ target }) => target);
  for (const target of targets) {
    await transaction.prepare(await target.prepare(signal));
  }
  for (const [done, target] of targets.entries()) {
    parts.onProgress({ stage: 'switching over', item: target.id, done, total: targets.length });
    try {
      await target.switchOver(transaction.logOf(target.id), signal);
    } catch (cause) {
      throw switchFailed(target.id, cause);
    }
  }
  await transaction.log.write({ kind: 'switched' });
}

function switchFailed(target: string, cause: unknown): LifeboatError {
  const known = cause instanceof LifeboatError ? cause : undefined;
  const reason = messageOf(cause);
  return new LifeboatError(
    known?.code ?? 'switch-failed',
    `${target} could not be switched over: ${reason}`,
    {
      ...(known?.hint === undefined ? {} : { hint: known.hint }),
      cause,
    },
  );
}
