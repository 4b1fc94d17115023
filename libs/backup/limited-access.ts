import type { RandomAccess } from '#archive/archive.ts';
import type { RateLimit } from '#platform/rate-limit.ts';

/** The same bytes, read no faster than the limit allows. */
export function limitedAccess(access: RandomAccess, limit: RateLimit): RandomAccess {
  const never = new AbortController().signal;
  return {
    ...access,
    async read(position, length, signal, memory) {
      await limit.ready(signal ?? never);
      limit.spend(length);
      return await access.read(position, length, signal, memory);
    },
    [Symbol.asyncDispose]: () => access[Symbol.asyncDispose](),
  };
}
