import type { Transaction } from './logged-transaction.ts';
import type { RestoreParts } from './restore-parts.ts';

/** Writes every chosen component beside the live state, which is announced first; nothing live is touched. */
export async function stageAll(
  parts: RestoreParts,
  transaction: Transaction,
  signal: AbortSignal,
): Promise<void> {
  const total = parts.targets
    .flatMap((work) => work.components)
    .reduce((sum, component) => sum + component.bytes, 0);
  let done = 0;
  const onBytes = (bytes: number, item: string): void => {
    done += bytes;
    parts.onProgress({ stage: 'staging', item, done, total });
  };
  for (const { target, components } of parts.targets) {
    await transaction.announce(await target.announce(signal));
    for (const component of components) {
      signal.throwIfAborted();
      await target.stage(component, parts.archive, { signal, onBytes });
    }
  }
}
