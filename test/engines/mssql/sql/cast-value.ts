import type { ColumnType, Value } from '../tds/column-types.ts';
import { refusal } from './sql-failure.ts';

/** A value as another type; `style` is that of CONVERT. Throws error 8115 for a number that does not fit. */
export function castValue(value: Value, to: ColumnType, style = 0): Value {
  if (value === null) return null;
  switch (to.kind) {
    case 'int':
      return castInteger(value, to.bytes);
    case 'bit':
      return Number(value) !== 0;
    case 'float':
    case 'decimal':
      return typeof value === 'bigint' ? value : Number(value);
    case 'char':
      return textOf(value, style).slice(0, to.length).padEnd(to.length);
    case 'nvarchar': {
      const text = textOf(value, style);
      return to.length === 'max' ? text : text.slice(0, to.length);
    }
    case 'varbinary':
      return castBytes(value, to.length, style);
    case 'datetime':
    case 'datetime2':
      return value instanceof Temporal.PlainDateTime
        ? value
        : Temporal.PlainDateTime.from(String(value).replace(' ', 'T'));
    case 'guid':
      return String(value).toUpperCase();
    case 'variant':
      return typeof value === 'bigint' ? Number(value) : value;
  }
}

const NAMES = { 1: 'tinyint', 2: 'smallint', 4: 'int', 8: 'bigint' } as const;

function castInteger(value: Exclude<Value, null>, bytes: 1 | 2 | 4 | 8): Value {
  if (Buffer.isBuffer(value)) return Number(BigInt(`0x${value.toString('hex') || '0'}`));
  const whole = typeof value === 'bigint' ? value : BigInt(Math.trunc(Number(value)));
  const fits = bytes === 1 ? whole >= 0n && whole <= 255n : BigInt.asIntN(bytes * 8, whole) === whole;
  if (!fits) throw refusal(8115, NAMES[bytes]);
  return bytes === 8 ? whole : Number(whole);
}

function castBytes(value: Exclude<Value, null>, length: number | 'max', style: number): Buffer {
  const bytes = Buffer.isBuffer(value)
    ? value
    : typeof value === 'string' && style > 0
      ? Buffer.from(style === 1 ? value.slice(2) : value, 'hex')
      : Buffer.from(String(value), 'utf16le');
  return length === 'max' ? bytes : bytes.subarray(0, length);
}

function textOf(value: Exclude<Value, null>, style: number): string {
  if (Buffer.isBuffer(value)) {
    if (style === 1) return `0x${value.toString('hex').toUpperCase()}`;
    return style === 2 ? value.toString('hex').toUpperCase() : value.toString('utf16le');
  }
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (value instanceof Temporal.PlainDateTime) {
    const text = value.toString({ smallestUnit: 'millisecond' });
    return style === 126 ? text : text.replace('T', ' ');
  }
  return String(value);
}
