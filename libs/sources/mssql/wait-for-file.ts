import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 200;

/**
 * The size of a file once it has at least so many bytes; undefined if it has not after `ms`. A share shows another
 * machine's file only when its list of files is read anew.
 */
export async function waitForFile(
  path: string,
  atLeast: number,
  ms: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  for (let waited = 0; ; waited += LOOK_MS) {
    const found = await stat(path, { throwIfNoEntry: false });
    if (found?.isFile() && found.size >= atLeast) return found.size;
    if (waited >= ms) return undefined;
    await sleep(Math.min(LOOK_MS, ms), undefined, { signal });
  }
}
