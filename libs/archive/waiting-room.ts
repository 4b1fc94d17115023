/**
 * Where the calls on one archive wait: for their turn, for bytes to be written, for something else. When
 * it closes, everyone in it and everyone who comes later is turned away with the reason of its closing.
 */
export interface WaitingRoom {
  /** Runs one action after the other, in the order of the calls. */
  inTurn<Result>(action: () => Promise<Result>): Promise<Result>;
  /** Resolves when the condition holds; it is asked now and at every `look`. */
  until(condition: () => boolean): Promise<void>;
  look(): void;
  /** The promise's outcome, or the rejection if the room closes first. */
  orClosed<Result>(promise: Promise<Result>): Promise<Result>;
  /** False if it was closed before. */
  close(reason: unknown): boolean;
}

export function waitingRoom(): WaitingRoom {
  let closed: { reason: unknown } | undefined;
  let lastTurn: Promise<unknown> = Promise.resolve();
  const conditions = new Set<{ holds: () => boolean; resolve: () => void }>();
  const turnAway = new Set<(reason: unknown) => void>();

  function orClosed<Result>(promise: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (closed) reject(closed.reason);
      else turnAway.add(reject);
      promise.then(resolve, reject).finally(() => turnAway.delete(reject));
    });
  }

  return {
    orClosed,
    async inTurn(action) {
      const turn = Promise.withResolvers<void>();
      const before = lastTurn;
      lastTurn = turn.promise;
      await before;
      try {
        if (closed) throw closed.reason;
        return await action();
      } finally {
        turn.resolve();
      }
    },
    async until(condition) {
      if (closed) throw closed.reason;
      if (condition()) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const waiting = { holds: condition, resolve };
      conditions.add(waiting);
      try {
        await orClosed(promise);
      } finally {
        conditions.delete(waiting);
      }
    },
    look() {
      for (const { holds, resolve } of conditions) if (holds()) resolve();
    },
    close(reason) {
      if (closed) return false;
      closed = { reason };
      for (const reject of turnAway) reject(reason);
      turnAway.clear();
      return true;
    },
  };
}
