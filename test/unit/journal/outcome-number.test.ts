import { expect, test } from 'vitest';
import { outcomeNumber } from '#journal/outcome-number.ts';
import { ERRORS, type ErrorCode } from '#platform/errors.ts';

test('[FD-04] [FD-09] 1406 for interrupted, 1401 for automatic backup stopped, 0 for no error, else the exit status', () => {
  expect(outcomeNumber('interrupted')).toBe(1406);
  expect(outcomeNumber('automatic-stopped')).toBe(1401);
  expect(outcomeNumber('done')).toBe(0);
  expect(outcomeNumber('skipped')).toBe(0);
  expect(outcomeNumber('space-low')).toBe(ERRORS['space-low'].exit);
  const numbers = (Object.keys(ERRORS) as ErrorCode[]).map(outcomeNumber);
  expect(new Set(numbers).size).toBe(numbers.length);
});
