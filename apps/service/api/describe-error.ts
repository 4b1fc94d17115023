import { LifeboatError } from '#platform/errors.ts';
import { ConfMistakes } from '#settings/conf-mistakes.ts';
import { describeRefusal } from '../service/run-events.ts';

/** Errors that say what the caller can mend, and what stands in the way of it. */
const STATUS: Partial<Record<LifeboatError['code'], number>> = {
  usage: 400,
  'conf-invalid': 400,
  'destination-missing': 400,
  'destination-not-a-folder': 400,
  'destination-not-writable': 400,
  'not-confirmed': 400,
  'sign-in-refused': 401,
  'not-allowed': 403,
  'archive-missing': 404,
  'not-found': 404,
  'system-locked': 409,
  'archive-last-good': 409,
  'too-many-tries': 429,
};

/** An error as the API tells it: its HTTP status, and the same words that the command line has. */
export function describeError(error: unknown): { status: number; body: Record<string, unknown> } {
  if (error instanceof LifeboatError) {
    return { status: STATUS[error.code] ?? 500, body: { ...describeRefusal(error), ...fieldsOf(error) } };
  }
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  if (statusCode === undefined || statusCode >= 500) return { status: 500, body: describeRefusal(error) };
  return { status: statusCode, body: { state: 'failed', code: 'usage', exit: 2, message } };
}

/** What is wrong with which field of a form: in words, and which rule it breaks where that has a name. */
function fieldsOf({ cause }: LifeboatError): Record<string, unknown> {
  if (!(cause instanceof ConfMistakes)) return {};
  const { mistakes } = cause;
  const fields = mistakes.map(({ key, text }) => [key ?? '', text.slice(text.indexOf(': found ') + 2)]);
  const rules = mistakes.flatMap(({ key, rule }) => (rule === undefined ? [] : [[key ?? '', rule]]));
  return { fields: Object.fromEntries(fields), rules: Object.fromEntries(rules) };
}
