/** An iteration whose next value can be looked at before it is taken. */
export interface Peekable<T> extends AsyncDisposable {
  peek(): Promise<T | undefined>;
  take(): Promise<T | undefined>;
}

export function peekable<T extends object>(items: AsyncIterable<T>): Peekable<T> {
  const iterator = items[Symbol.asyncIterator]();
  let next: Promise<T | undefined> | undefined;
  const peek = (): Promise<T | undefined> => {
    next ??= iterator.next().then((result) => (result.done ? undefined : result.value));
    return next;
  };
  return {
    peek,
    async take() {
      const value = await peek();
      if (value !== undefined) next = undefined;
      return value;
    },
    async [Symbol.asyncDispose]() {
      await iterator.return?.();
    },
  };
}
