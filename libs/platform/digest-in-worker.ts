import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * SHA-256 of a file's content, lower-case hex, worked out in a thread of its own beside whatever else goes on.
 * Rejects with the system's error, or with the signal's reason, in both cases only after the thread has ended.
 */
export async function digestInWorker(path: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const worker = new Worker(`(${digestFile})()`, { eval: true, workerData: path });
  try {
    const [sha256] = await once(worker, 'message', { signal });
    return String(sha256);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await worker.terminate();
  }
}

/** The worker's whole program: its text is what runs there, so it may use nothing from outside itself. */
function digestFile(): void {
  const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const sha256 = createHash('sha256');
  const piece = Buffer.allocUnsafeSlow(2 ** 20);
  const file = openSync(String(workerData), 'r');
  try {
    for (let bytes = readSync(file, piece); bytes > 0; bytes = readSync(file, piece)) {
      sha256.update(piece.subarray(0, bytes));
    }
  } finally {
    closeSync(file);
  }
  parentPort?.postMessage(sha256.digest('hex'));
}
