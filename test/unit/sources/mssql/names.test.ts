import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOrder, lineOf, objectsHash } from '#sources/mssql/objects-hash.ts';
import { quoteName, quoteText } from '#sources/mssql/quote-name.ts';

describe('names and texts in statements', () => {
  test('brackets and apostrophes are doubled, everything else stays', () => {
    expect(quoteName("O'Brien [x] Türen]")).toBe("[O'Brien [x]] Türen]]]");
    expect(quoteText("D:\\it's [here]\\ü.bak")).toBe("N'D:\\it''s [here]\\ü.bak'");
  });

  test('no name ends its brackets, no text its quotes', () => {
    const nasty = fc.string({ unit: fc.constantFrom(...`a]['";-- \n`), maxLength: 12 });
    fc.assert(
      fc.property(nasty, (text) => {
        expect(/^\[((?:[^\]]|\]\])*)\]$/.exec(quoteName(text))?.[1]?.replaceAll(']]', ']')).toBe(text);
        expect(/^N'((?:[^']|'')*)'$/.exec(quoteText(text))?.[1]?.replaceAll("''", "'")).toBe(text);
      }),
    );
  });
});

describe('the list of objects', () => {
  const orders = { schema: 'dbo', name: 'orders', type: 'U' };
  const view = { schema: 'dbo', name: 'a]b', type: 'V' };

  test('has one hash in any order, whatever the rows', () => {
    expect(objectsHash([orders, view])).toBe(objectsHash([view, { ...orders, rows: 5 } as typeof orders]));
    expect(inOrder([orders, view])).toEqual([view, orders]);
    expect(lineOf(view)).toBe('V [dbo].[a]]b]');
  });

  test('has another hash with one object more, fewer, or of another type', () => {
    const hashes = [[orders, view], [orders], [orders, view, view], [orders, { ...view, type: 'P' }]].map(
      objectsHash,
    );
    expect(new Set(hashes).size).toBe(4);
  });
});
