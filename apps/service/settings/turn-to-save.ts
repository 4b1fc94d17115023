import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LifeboatError } from '#platform/errors.ts';
import { lockFile } from '#platform/lock-file.ts';
import { privateFolder } from '#platform/private-folder.ts';

const PATIENCE_MS = 5_000;

/**
 * The turn of whoever changes the settings of a system: reading, checking and writing them is one step among programs.
 * Waits five seconds; then it is `system-locked`.
 */
export async function turnToSave(state: string, id: string, signal: AbortSignal): Promise<Disposable> {
  const path = join(await privateFolder(join(state, 'locks')), `${id}.settings.sqlite`);
  for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
    const turn = await lockFile(path);
    if (turn !== undefined) return turn;
    await sleep(50, undefined, { signal });
  }
  throw new LifeboatError('system-locked', 'another program is saving the settings of this system', {
    hint: 'try again',
  });
}
