import type { RestoreParts } from './run-restore.ts';

/** Writes every chosen component beside the live state; nothing live is touched. */
export async function stageAll(parts: RestoreParts, signal: AbortSignal): Promise<void> {
  const total = parts.targets
    .flatMap((work) => work.components)
    .reduce((sum, component) => sum + component.bytes, 0);
  let done = 0;
  const onBytes = (bytes: number, item: string): void => {
    done += bytes;
    parts.onProgress({ stage: 'staging', item, done, total });
  };
  for (const { target, components } of parts.targets) {
    for (const component of components) {
      signal.throwIfAborted();
      await target.stage(component, parts.archive, { signal, onBytes });
    }
  }
}
