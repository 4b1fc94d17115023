import { ERRORS } from '#platform/errors.ts';
import type { Outcome } from './outcome.ts';

/** FD-04, FD-09: the numbers by which 4D Backup knows these ends; scripts that watched for them still find them. */
const FIELD_NUMBERS: Partial<Record<Outcome['code'], number>> = {
  'automatic-stopped': 1401,
  interrupted: 1406,
};

/** The number that stands for an outcome in journal, history and hooks: 0 for an end that is no error, else 1401, 1406, or the exit status. */
export function outcomeNumber(code: Outcome['code']): number {
  if (code === 'done' || code === 'skipped') return 0;
  return FIELD_NUMBERS[code] ?? ERRORS[code].exit;
}
