import { expect, test } from 'vitest';
import { groupFiles } from '#catalog/group-files.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import { catalogEntry, unreadableEntry } from '../../fakes/catalog-entry.ts';

const SLOTS = ['BT8_D_10.zip', 'BT8_M_4.zip'];

function slot(number: number, name: string): CatalogEntry {
  return {
    ...catalogEntry(number, 'good', { name, calendarNames: SLOTS, fileName: name }),
    renamed: false,
  };
}

test('[BT-02] the two names of an archive are one archive, and nothing else is', () => {
  const entries = [
    slot(7, 'BT8_M_4.zip'),
    slot(7, 'BT8_D_10.zip'),
    catalogEntry(6, 'good'),
    catalogEntry(7, 'good', { name: 'BT8_D_10.zip', calendarNames: SLOTS, fileName: 'a copy.zip' }),
    slot(5, 'BT8_D_9.zip'),
    unreadableEntry('one.zip'),
    unreadableEntry('two.zip'),
  ];
  expect(groupFiles(entries).map((group) => group.map(({ file }) => file.name))).toEqual([
    ['BT8_D_10.zip', 'BT8_M_4.zip'],
    ['door-control-6.zip'],
    ['a copy.zip'],
    ['BT8_D_9.zip'],
    ['one.zip'],
    ['two.zip'],
  ]);
});
