import { LifeboatError } from '#platform/errors.ts';
import type { TryLimit } from './limit-tries.ts';

/** Throws `too-many-tries` with the seconds to wait, if one of the keys has to. */
export function requirePatience(limit: TryLimit, keys: readonly string[]): void {
  const seconds = Math.ceil(Math.max(...keys.map((key) => limit.waitFor(key))) / 1000);
  if (seconds === 0) return;
  throw new LifeboatError('too-many-tries', `too many tries: wait ${seconds} s before the next one`, {
    hint: 'the wait grows with each wrong try and ends with a right one',
  });
}
