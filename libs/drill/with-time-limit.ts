import { LifeboatError } from '#platform/errors.ts';

/** A signal that also aborts when the time is over. Milliseconds. */
export function withTimeLimit(limitMs: number, stop: AbortSignal): Disposable & { signal: AbortSignal } {
  const late = new AbortController();
  const timer = setTimeout(() => {
    const minutes = Math.round(limitMs / 60_000);
    late.abort(
      new LifeboatError('drill-failed', `the drill took longer than ${minutes} minutes and was ended`, {
        hint: 'allow it more with time_limit in [drill], or look at what slows the disks or servers down',
      }),
    );
  }, limitMs);
  return {
    signal: AbortSignal.any([stop, late.signal]),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
