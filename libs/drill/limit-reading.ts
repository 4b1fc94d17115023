import type { ArchiveReader } from '#archive/archive.ts';
import type { Clock } from '#platform/clock.ts';
import { rateLimit } from '#platform/rate-limit.ts';

/** The same archive, its members read at no more than so many bytes a second together. */
export function limitReading(
  archive: ArchiveReader,
  bytesPerSecond: number,
  clock: Pick<Clock, 'elapsed'>,
): ArchiveReader {
  const limit = rateLimit(bytesPerSecond, clock);
  return {
    manifest: archive.manifest,
    members: archive.members,
    size: archive.size,
    async *open(path, signal, memory) {
      for await (const chunk of archive.open(path, signal, memory)) {
        limit.spend(chunk.length);
        await limit.ready(signal);
        yield chunk;
      }
    },
    [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
  };
}
