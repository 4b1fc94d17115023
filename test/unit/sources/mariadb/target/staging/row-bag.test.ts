import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowBag } from '#sources/mariadb/target/staging/row-bag.ts';

const rows = fc.array(fc.stringMatching(/^[a-c\t\\]{0,6}$/), { maxLength: 20 });

function digestOf(lines: string[], cuts: number[] = []): string {
  const text = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const bag = rowBag();
  const edges = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  edges.slice(1).forEach((edge, i) => {
    bag.take(text.subarray(edges[i], edge));
  });
  return bag.digest();
}

test('rows are the same in any order and however the text is cut', () => {
  fc.assert(
    fc.property(rows, fc.array(fc.nat()), fc.nat(), (lines, cuts, turn) => {
      const turned = [...lines.slice(turn % 21), ...lines.slice(0, turn % 21)].reverse();
      expect(digestOf(turned, cuts)).toBe(digestOf(lines));
    }),
  );
});

test('one row more, less, twice, or changed by a byte is another digest', () => {
  const some = ['a', 'b', 'b'];
  const others = [
    ['a', 'b'],
    ['a', 'b', 'b', 'b'],
    ['a', 'a', 'b'],
    ['a', 'b', 'c'],
    ['a', 'bb', ''],
    ['a', 'b', 'b', ''],
    [],
  ];
  for (const other of others) expect(digestOf(other), other.join()).not.toBe(digestOf(some));
});
