import { expect, test } from 'vitest';
import { nextNumber } from '#backup/next-number.ts';
import { SYSTEM_ID } from '../../fakes/backup-parts.ts';
import { catalogEntry, unreadableEntry } from '../../fakes/catalog-entry.ts';

const system = { id: SYSTEM_ID };

test('without a history the number is one more than the highest of this system, whatever else is in the folder', async () => {
  const earlier = [
    catalogEntry(7, 'good'),
    catalogEntry(3, 'incomplete'),
    catalogEntry(99, 'good', { systemId: 'another-system' }),
    catalogEntry(11, 'good', { fileName: 'renamed.zip' }),
    unreadableEntry('door-control-500.zip'),
  ];
  expect(await nextNumber({ system }, earlier)).toEqual({ number: 12, lines: [] });
  expect(await nextNumber({ system }, [])).toEqual({ number: 1, lines: [] });
});

test('[FD-15] a history counts, and is told of the archives of this system only', async () => {
  const asked: number[][] = [];
  const history = {
    next: async (made: readonly { number: number }[]) => {
      asked.push(made.map(({ number }) => number));
      return { number: 4, lines: ['a line'] };
    },
  };
  const earlier = [catalogEntry(7, 'good'), catalogEntry(99, 'good', { systemId: 'another-system' })];
  expect(await nextNumber({ system, history }, earlier)).toEqual({ number: 4, lines: ['a line'] });
  expect(asked).toEqual([[7]]);
});
