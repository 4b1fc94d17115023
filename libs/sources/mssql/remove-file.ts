import { unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemErrorCode } from '#platform/errors.ts';

const TRIES = 5;
const PAUSE_MS = 200;

/**
 * Removes a file that may be gone already. On a share another machine may still hold it for a moment, so that is tried
 * again. Rejects with the system's error. (`rm` would tell a missing right on the folder as ENOTDIR.)
 */
export async function removeFile(path: string): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await unlink(path);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return;
      if (code !== 'EBUSY' || tried === TRIES) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
