import { randomBytes } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';

/** Short, since it becomes part of database and folder names, and unique on any machine. */
export function newRunId(clock: Clock): string {
  return `${Math.trunc(clock.now().epochMilliseconds / 1000).toString(36)}${randomBytes(3).toString('hex')}`;
}
