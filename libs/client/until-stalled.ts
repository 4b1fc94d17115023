import { LifeboatError } from '#platform/errors.ts';

const STALLED_MS = 60_000;

/** A signal that also aborts when nothing was `alive` for a minute: a server that hangs must not hang us. */
export function untilStalled(
  signal: AbortSignal,
  milliseconds = STALLED_MS,
): Disposable & { signal: AbortSignal; alive(): void } {
  const stalled = new AbortController();
  const timer = setTimeout(() => {
    const message = `nothing has come from the server for ${milliseconds / 1000} s`;
    stalled.abort(new LifeboatError('server-unreachable', message));
  }, milliseconds);
  return {
    signal: AbortSignal.any([signal, stalled.signal]),
    alive: () => void timer.refresh(),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
