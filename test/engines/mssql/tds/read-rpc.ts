import { type ByteReader, byteReader } from './bytes.ts';
import type { Value } from './column-types.ts';

export interface Argument {
  /** With its `@`; empty for one given by its place. */
  name: string;
  value: Value;
}

export interface ProcedureCall {
  /** Lower case; the numbered ones by their name. */
  procedure: string;
  arguments: Argument[];
}

const BY_NUMBER: Record<number, string> = { 10: 'sp_executesql', 13: 'sp_prepexec', 15: 'sp_unprepare' };
const NULL_LENGTH = 0xffff;
const PLP_NULL = 0xffffffffffffffffn;

/** The text of a SQL batch, behind its headers. */
export function readBatch(body: Buffer): string {
  return body.toString('utf16le', body.readUInt32LE(0));
}

/** A procedure call with arguments of the types that drivers send for text, numbers, bits and bytes. */
export function readCall(body: Buffer): ProcedureCall {
  const from = byteReader(body.subarray(body.readUInt32LE(0)));
  const letters = from.u16();
  const procedure = letters === 0xffff ? nameOf(from.u16()) : from.text(letters).toLowerCase();
  from.skip(2);
  const values: Argument[] = [];
  while (from.left > 0) {
    const name = from.text(from.u8());
    from.skip(1);
    values.push({ name, value: readArgument(from) });
  }
  return { procedure, arguments: values };
}

function nameOf(number: number): string {
  return BY_NUMBER[number] ?? `procedure ${number}`;
}

function readArgument(from: ByteReader): Value {
  const type = from.u8();
  switch (type) {
    case 0xe7:
    case 0xef: {
      const bytes = readLong(from, 5);
      return bytes === null ? null : bytes.toString('utf16le');
    }
    case 0xa7:
    case 0xaf: {
      const bytes = readLong(from, 5);
      return bytes === null ? null : bytes.toString('latin1');
    }
    case 0xa5:
    case 0xad:
      return readLong(from, 0);
    case 0x26: {
      from.skip(1);
      return readInteger(from.bytes(from.u8()));
    }
    case 0x68: {
      from.skip(1);
      const bytes = from.bytes(from.u8());
      return bytes.length === 0 ? null : bytes[0] !== 0;
    }
    case 0x6d: {
      from.skip(1);
      const bytes = from.bytes(from.u8());
      if (bytes.length === 0) return null;
      return bytes.length === 4 ? bytes.readFloatLE() : bytes.readDoubleLE();
    }
    default:
      throw new Error(`the test server reads no argument of type 0x${type.toString(16)}`);
  }
}

function readInteger(bytes: Buffer): Value {
  if (bytes.length === 0) return null;
  if (bytes.length === 8) return bytes.readBigInt64LE();
  return bytes.length === 1 ? bytes.readUInt8() : bytes.readIntLE(0, bytes.length);
}

/** A value whose length is two bytes, or in chunks for MAX types; `collation` bytes stand before it. */
function readLong(from: ByteReader, collation: number): Buffer | null {
  const max = from.u16() === 0xffff;
  from.skip(collation);
  if (!max) {
    const length = from.u16();
    return length === NULL_LENGTH ? null : from.bytes(length);
  }
  if (from.u64() === PLP_NULL) return null;
  const chunks: Buffer[] = [];
  for (let length = from.u32(); length > 0; length = from.u32()) chunks.push(from.bytes(length));
  return Buffer.concat(chunks);
}
