import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asBytes, escapeBytes, escapeRow } from '#sources/mariadb/escape-row.ts';

/** Byte by byte, as the format says it. */
function naive(value: Uint8Array): number[] {
  const names: Record<number, string> = { 0: '\\0', 9: '\\t', 10: '\\n', 92: '\\\\' };
  return [...value].flatMap((byte) => [...Buffer.from(names[byte] ?? [byte])]);
}

function lengthOf(value: Uint8Array | null): number[] {
  if (value === null) return [0xfb];
  if (value.length < 0xfb) return [value.length];
  return [0xfc, value.length & 0xff, value.length >> 8];
}

/** Often the bytes that matter, their neighbours, and those of their high-bit twins. */
const byte = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.constantFrom(0, 1, 8, 9, 10, 11, 12, 0x5b, 0x5c, 0x5d, 0x7f, 0x80, 0x8a, 0x8b, 0xdc, 0xff),
);
const value = fc.array(byte, { maxLength: 300 }).map((bytes) => Uint8Array.from(bytes));

test('escaping a word at a time gives what escaping a byte at a time gives, at any alignment', () => {
  fc.assert(
    fc.property(value, fc.nat(7), fc.nat(7), (bytes, before, at) => {
      const from = asBytes(Uint8Array.from([...new Uint8Array(before), ...bytes, 1, 2, 3]));
      const to = asBytes(new Uint8Array(at + 2 * bytes.length + 1));
      const end = escapeBytes(from, before, before + bytes.length, to, at);
      expect([...to.bytes.subarray(at, end)]).toEqual(naive(bytes));
    }),
    { numRuns: 2000 },
  );
});

test('every pair of neighbouring bytes is escaped right inside a word', () => {
  for (let a = 0; a < 256; a++) {
    for (let b = 0; b < 256; b++) {
      const bytes = Uint8Array.from([0x61, a, b, 0x62]);
      const to = asBytes(new Uint8Array(9));
      const end = escapeBytes(asBytes(bytes), 0, 4, to, 0);
      expect(Buffer.from(to.bytes.subarray(0, end)).equals(Buffer.from(naive(bytes)))).toBe(true);
    }
  }
});

test('a row packet becomes one line, NULL as \\N', () => {
  fc.assert(
    fc.property(fc.array(fc.option(value), { minLength: 1, maxLength: 8 }), (values) => {
      const packet = Uint8Array.from(values.flatMap((v) => [...lengthOf(v), ...(v ?? [])]));
      const to = asBytes(new Uint8Array(2 * packet.length + 3 * values.length));
      const end = escapeRow(asBytes(packet), 0, packet.length, values.length, to, 0);
      const line = values.flatMap((v, i) => [...(i > 0 ? [9] : []), ...(v ? naive(v) : [0x5c, 0x4e])]);
      expect([...to.bytes.subarray(0, end)]).toEqual([...line, 10]);
    }),
  );
});

test('a row packet whose lengths do not add up is refused', () => {
  const refused = (bytes: number[], columns: number) => {
    const packet = asBytes(Uint8Array.from([...bytes, ...new Uint8Array(16)]));
    return escapeRow(packet, 0, bytes.length, columns, asBytes(new Uint8Array(64)), 0) === -1;
  };
  expect(refused([2, 97, 98], 1)).toBe(false);
  expect(refused([3, 97, 98], 1)).toBe(true);
  expect(refused([1, 97, 98], 1)).toBe(true);
  expect(refused([2, 97, 98], 2)).toBe(true);
});
