import type { RateLimit } from '#platform/rate-limit.ts';
import type { MemberSink } from '#sources/source.ts';

/**
 * A sink that takes nothing more while the limit is used up. Sources say what they read as they read it
 * (`onBytes`), and read on only when their sink takes it: so the limit holds for their reading.
 */
export function limitedSink(sink: MemberSink, limit: RateLimit): MemberSink {
  return {
    async add(path, content, options) {
      await limit.ready(options.signal);
      if (content instanceof Uint8Array) return await sink.add(path, content, options);
      return await sink.add(path, () => slowed(content(), limit, options.signal), options);
    },
  };
}

async function* slowed(
  content: AsyncIterable<Uint8Array>,
  limit: RateLimit,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  for await (const chunk of content) {
    yield chunk;
    await limit.ready(signal);
  }
}
