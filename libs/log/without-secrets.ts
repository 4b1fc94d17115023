import { LifeboatError, systemErrorCode } from '#platform/errors.ts';

const MARK = '[secret]';
/** A value under such a name is never written, whatever it is. */
const SECRET_NAME = /pass(word|wd|phrase)?$|secret|token|authorization|cookie|credential|private_?key|^url$/i;
const DEEPEST = 6;
const LONGEST_TEXT = 4000;
const MOST_ITEMS = 100;

/**
 * A copy of a value that may be written down: what has the name of a secret is marked, every text goes through
 * `redact`, errors show what they tell people, and neither depth nor length is without bounds.
 */
export function withoutSecrets(value: unknown, redact: (text: string) => string, depth = 0): unknown {
  const inner = (item: unknown): unknown => withoutSecrets(item, redact, depth + 1);
  if (typeof value === 'string') return redact(value).slice(0, LONGEST_TEXT);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '...';
  if (value instanceof Error) return inner(errorFacts(value));
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map(inner);
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  const entries = Object.entries(value);
  // Temporal's objects and their like have no properties of their own and a text of their own.
  if (entries.length === 0 && Object.getPrototypeOf(value) !== Object.prototype) return inner(String(value));
  return Object.fromEntries(
    entries
      .slice(0, MOST_ITEMS)
      .map(([name, item]) => [redact(name), SECRET_NAME.test(name) ? MARK : inner(item)]),
  );
}

/** A driver's error may carry what it was given, so only what we know is taken. */
function errorFacts(error: Error): Record<string, unknown> {
  const facts = { name: error.name, message: error.message };
  if (error instanceof LifeboatError) return { ...facts, code: error.code, hint: error.hint };
  return { ...facts, code: systemErrorCode(error), stack: error.stack };
}
