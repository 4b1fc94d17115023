import type { Value } from '../tds/column-types.ts';

/**
 * Negative, zero or positive; undefined if one is NULL. Texts compare without case and without blanks at their
 * end, as under SQL_Latin1_General_CP1_CI_AS.
 */
export function compareValues(left: Value, right: Value): number | undefined {
  if (left === null || right === null) return undefined;
  if (Buffer.isBuffer(left) && Buffer.isBuffer(right)) return Buffer.compare(left, right);
  if (left instanceof Temporal.PlainDateTime || right instanceof Temporal.PlainDateTime) {
    return Temporal.PlainDateTime.compare(asDateTime(left), asDateTime(right));
  }
  if (typeof left === 'string' && typeof right === 'string') return order(foldText(left), foldText(right));
  return order(asNumber(left), asNumber(right));
}

/** A text in the form in which equal ones are the same. */
export function foldText(text: string): string {
  return text.toLowerCase().trimEnd();
}

function order(left: number | bigint | string, right: number | bigint | string): number {
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

function asNumber(value: Exclude<Value, null>): number | bigint {
  if (typeof value === 'bigint') return value;
  const number = Number(value);
  if (Number.isNaN(number)) throw new TypeError(`cannot compare ${typeof value} with a number`);
  return number;
}

function asDateTime(value: Exclude<Value, null>): Temporal.PlainDateTime {
  return Temporal.PlainDateTime.from(value as string | Temporal.PlainDateTime);
}
