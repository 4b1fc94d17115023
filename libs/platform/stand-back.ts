import { readdir } from 'node:fs/promises';
import { setPriority } from 'node:os';

/**
 * Lets this program stand back for others (nice 1 to 19) until it is disposed; 0 does nothing. On Linux each thread
 * has a priority of its own and hands it on to those it starts, so every thread is set, and set back. Without the
 * right to set it back (a service that is not root) the program stays as it is: `stays` tells so.
 */
export async function standBack(nice: number): Promise<AsyncDisposable & { stays(): boolean }> {
  let stays = false;
  if (nice > 0) await setAll(nice);
  return {
    stays: () => stays,
    async [Symbol.asyncDispose]() {
      if (nice > 0) stays = !(await setAll(0));
    },
  };
}

/** False if the right to do it is missing. */
async function setAll(nice: number): Promise<boolean> {
  const threads = process.platform === 'linux' ? await readdir('/proc/self/task') : ['0'];
  return threads.map((thread) => setOne(Number(thread), nice)).every((done) => done);
}

function setOne(thread: number, nice: number): boolean {
  try {
    setPriority(thread, nice);
    return true;
  } catch (error) {
    const code = errorCode(error);
    // A thread that has ended since needs no priority.
    if (code === 'ESRCH') return true;
    if (code === 'EACCES' || code === 'EPERM') return false;
    throw error;
  }
}

/** Node wraps these errors: `ERR_SYSTEM_ERROR`, with the system's own code in `info`. */
function errorCode(error: unknown): string | undefined {
  const { info } = error as { info?: { code?: string } };
  return info?.code;
}
