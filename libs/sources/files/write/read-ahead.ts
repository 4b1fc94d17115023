/** What is fetched ahead for an item, and how many bytes of memory it may take. */
export interface Ahead<R> {
  bytes: number;
  result: Promise<R>;
}

export interface Fetched<T, R> {
  item: T;
  /** Undefined for items that nothing is fetched for. */
  result: R | undefined;
}

/**
 * Starts `fetch` for up to `count` items ahead of the one that is being used, holding at most about
 * `bytes` of their results, and yields all items in their order.
 */
export async function* readAhead<T, R>(
  items: AsyncIterable<T>,
  fetch: (item: T) => Ahead<R> | undefined,
  limits: { count: number; bytes: number },
): AsyncGenerator<Fetched<T, R>> {
  const iterator = items[Symbol.asyncIterator]();
  const waiting: { item: T; ahead: Ahead<R> | undefined }[] = [];
  let held = 0;
  let ended = false;
  try {
    for (;;) {
      while (!ended && waiting.length < limits.count && held < limits.bytes) {
        const next = await iterator.next();
        if (next.done) {
          ended = true;
          break;
        }
        const ahead = fetch(next.value);
        // Awaited in its turn; until then a failure must not count as unhandled.
        ahead?.result.catch(() => undefined);
        held += ahead?.bytes ?? 0;
        waiting.push({ item: next.value, ahead });
      }
      const first = waiting.shift();
      if (!first) return;
      held -= first.ahead?.bytes ?? 0;
      yield { item: first.item, result: first.ahead && (await first.ahead.result) };
    }
  } finally {
    await Promise.allSettled(waiting.map(({ ahead }) => ahead?.result));
    await iterator.return?.();
  }
}
