import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * Copies a file to a new one that only its owner can read from its first byte on, and that is on the disk when this
 * resolves. Throws EEXIST if there is one; what is half-written is the caller's to remove.
 */
export async function copyPrivately(from: string, to: string, signal: AbortSignal): Promise<void> {
  const output = createWriteStream(to, { flags: 'wx', mode: 0o600, flush: true });
  await pipeline(createReadStream(from), output, { signal });
}
