import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { RateLimit } from '#platform/rate-limit.ts';

const CHUNK = 2 ** 18;

/** SHA-256 of a whole file, lower-case hex, read no faster than the limit allows: where reading is slow, no worker is needed. */
export async function digestSlowly(path: string, limit: RateLimit, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK, signal })) {
    hash.update(chunk);
    limit.spend(chunk.length);
    await limit.ready(signal);
  }
  return hash.digest('hex');
}
