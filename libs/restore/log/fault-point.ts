import { LifeboatError } from '#platform/errors.ts';

/**
 * Where a test has the program killed: LIFEBOAT_TEST_KILL is `before:N` (record N of a restore log is not written
 * yet), `torn:N` (half of it is) or `after:N` (it is on the disk, what it announces has not begun). Only tests set it.
 */
export interface FaultPoint {
  at: 'before' | 'torn' | 'after';
  record: number;
}

export function faultPoint(environment: NodeJS.ProcessEnv): FaultPoint | undefined {
  const text = environment['LIFEBOAT_TEST_KILL'];
  if (!text) return undefined;
  const [, at, record] = /^(before|torn|after):(\d+)$/.exec(text) ?? [];
  if (at === undefined) throw new LifeboatError('usage', `LIFEBOAT_TEST_KILL is "${text}"`);
  return { at: at as FaultPoint['at'], record: Number(record) };
}
