import { LifeboatError } from '#platform/errors.ts';
import { describeError } from '../describe-error.ts';
import type { Remark } from './open-remarks.ts';

/** What stands in the way of a form, with the field that it is about. Anything but a LifeboatError is thrown on. */
export function remarkOfError(error: unknown): Remark {
  if (!(error instanceof LifeboatError)) throw error;
  const { fields } = describeError(error).body as { fields?: Record<string, string> };
  return { good: false, text: error.message, hint: error.hint, ...(fields && { fields }) };
}
