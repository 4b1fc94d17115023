import type { ByteWriter } from './bytes.ts';
import { COLLATION, type ColumnType, decimalBytes, type Value } from './column-types.ts';

const CHUNK = 0x8000;
const PLP_NULL = 0xffffffffffffffffn;
const MILLISECONDS_A_DAY = 86_400_000;

/** A value as ROW carries it. Throws if the value is not of the column's type. */
export function writeValue(to: ByteWriter, type: ColumnType, value: Value): void {
  switch (type.kind) {
    case 'nvarchar':
      writeLong(to, value === null ? null : Buffer.from(String(value), 'utf16le'), type.length === 'max');
      return;
    case 'varbinary':
      writeLong(to, value === null ? null : asBytes(value), type.length === 'max');
      return;
    case 'char':
      writeLong(to, value === null ? null : Buffer.from(String(value).padEnd(type.length), 'latin1'), false);
      return;
    case 'variant':
      writeVariant(to, value);
      return;
    default:
      if (value === null) to.u8(0);
      else writeFixed(to, type, value);
  }
}

type FixedType = Exclude<ColumnType, { kind: 'nvarchar' | 'varbinary' | 'char' | 'variant' }>;

function writeFixed(to: ByteWriter, type: FixedType, value: Exclude<Value, null>): void {
  switch (type.kind) {
    case 'int':
      to.u8(type.bytes).raw(integerBytes(BigInt(value as number | bigint | boolean), type.bytes));
      return;
    case 'bit':
      to.u8(1).u8(value ? 1 : 0);
      return;
    case 'float':
      to.u8(type.bytes);
      if (type.bytes === 4) to.f32(Number(value));
      else to.f64(Number(value));
      return;
    case 'guid':
      to.u8(16).raw(guidBytes(String(value)));
      return;
    case 'datetime':
      writeDatetime(to, asDateTime(value));
      return;
    case 'datetime2':
      writeDatetime2(to, asDateTime(value));
      return;
    case 'decimal':
      writeDecimal(to, type, value);
      return;
  }
}

/** Up to 8,000 bytes with a short length; MAX types in chunks with the whole length before (PLP). */
function writeLong(to: ByteWriter, bytes: Buffer | null, max: boolean): void {
  if (!max) {
    if (bytes === null) to.u16(0xffff);
    else to.u16(bytes.length).raw(bytes);
    return;
  }
  if (bytes === null) {
    to.u64(PLP_NULL);
    return;
  }
  to.u64(BigInt(bytes.length));
  for (let at = 0; at < bytes.length; at += CHUNK) {
    const chunk = bytes.subarray(at, at + CHUNK);
    to.u32(chunk.length).raw(chunk);
  }
  to.u32(0);
}

function writeVariant(to: ByteWriter, value: Value): void {
  if (value === null) {
    to.u32(0);
  } else if (typeof value === 'number') {
    // Length of everything behind it, base type INT4, no properties.
    to.u32(6).u8(0x38).u8(0).i32(value);
  } else {
    const text = Buffer.from(String(value), 'utf16le');
    to.u32(text.length + 9)
      .u8(0xe7)
      .u8(7)
      .raw(COLLATION)
      .u16(text.length)
      .raw(text);
  }
}

function integerBytes(value: bigint, bytes: number): Buffer {
  const all = Buffer.alloc(8);
  all.writeBigInt64LE(value);
  return all.subarray(0, bytes);
}

function guidBytes(guid: string): Buffer {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

/** Days since 1900 and 300ths of a second. */
function writeDatetime(to: ByteWriter, at: Temporal.PlainDateTime): void {
  const { days, milliseconds } = sinceDay(at, '1900-01-01');
  to.u8(8)
    .i32(days)
    .u32(Math.floor((milliseconds * 3) / 10));
}

/** datetime2(3): milliseconds in four bytes, days since the year 1 in three. */
function writeDatetime2(to: ByteWriter, at: Temporal.PlainDateTime): void {
  const { days, milliseconds } = sinceDay(at, '0001-01-01');
  to.u8(7)
    .u32(milliseconds)
    .u8(days)
    .u8(days >> 8)
    .u8(days >> 16);
}

function sinceDay(at: Temporal.PlainDateTime, first: string): { days: number; milliseconds: number } {
  const days = Temporal.PlainDate.from(first).until(at.toPlainDate()).days;
  const milliseconds = Temporal.PlainTime.from('00:00').until(at.toPlainTime()).total('milliseconds');
  return { days, milliseconds: Math.min(Math.floor(milliseconds), MILLISECONDS_A_DAY - 1) };
}

function writeDecimal(
  to: ByteWriter,
  type: { digits: number; scale: number },
  value: Exclude<Value, null>,
): void {
  const bytes = decimalBytes(type.digits);
  const factor = 10n ** BigInt(type.scale);
  const scaled =
    typeof value === 'bigint' ? value * factor : BigInt(Math.round(Number(value) * Number(factor)));
  const out = Buffer.alloc(bytes);
  out[0] = scaled < 0n ? 0 : 1;
  let rest = scaled < 0n ? -scaled : scaled;
  for (let at = 1; at < bytes; at++) {
    out[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  to.u8(bytes).raw(out);
}

function asBytes(value: Exclude<Value, null>): Buffer {
  if (Buffer.isBuffer(value)) return value;
  throw new TypeError(`no bytes: ${typeof value}`);
}

function asDateTime(value: Exclude<Value, null>): Temporal.PlainDateTime {
  if (value instanceof Temporal.PlainDateTime) return value;
  throw new TypeError(`no date: ${typeof value}`);
}
