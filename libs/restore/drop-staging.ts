import type { SwitchRecord } from '#sources/restore-target.ts';
import type { Switching } from './transaction.ts';

/**
 * Drops what was announced to be staged, once nothing of it is live. What cannot be dropped hinders nothing and is
 * told, a line each.
 */
export async function dropStaging(staging: readonly SwitchRecord[], switching: Switching): Promise<string[]> {
  const { signal } = new AbortController();
  const troubles: string[] = [];
  for (const leftovers of staging.toReversed()) {
    try {
      await switching.dropStaged(leftovers, signal);
    } catch (error) {
      const reason = error instanceof Error ? error.message : error;
      troubles.push(`what was staged for ${leftovers.target} could not be dropped: ${reason}`);
    }
  }
  return troubles;
}
