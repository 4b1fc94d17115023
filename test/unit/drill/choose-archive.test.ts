import { expect, test } from 'vitest';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import type { Summary } from '#catalog/summary.ts';
import { chooseArchive } from '#drill/choose-archive.ts';

function summary(number: number, change: Partial<Summary> = {}): Summary {
  return {
    name: `${number}.zip`,
    systemId: 'door',
    systemName: 'Door',
    systemVersion: '1',
    number,
    startedAt: `2026-04-1${number}T21:45:00Z`,
    takenAt: `2026-04-1${number}T21:45:01Z`,
    finishedAt: `2026-04-1${number}T21:46:00Z`,
    state: 'good',
    reasons: [],
    bytes: 100,
    pinned: false,
    ...change,
  };
}

function entry(number: number, known: Summary | undefined = summary(number)): CatalogEntry {
  const file = { name: `${number}.zip`, bytes: 100, modified: Temporal.Instant.from('2026-04-10T00:00:00Z') };
  return { file, summary: known, renamed: false };
}

function unreadable(number: number): CatalogEntry {
  return { ...entry(number), summary: undefined, unreadable: 'it is cut' };
}

const notes = (known: Record<string, Summary>) => ({
  place: '/backup',
  readNote: async (name: string) => (known[name] === undefined ? undefined : JSON.stringify(known[name])),
});

const chosen = async (entries: CatalogEntry[], known: Record<string, Summary> = {}) =>
  (await chooseArchive(entries, notes(known), 'door')).name;

test('[LB-03] the newest good archive of the system is taken, whatever its place in the list', async () => {
  const incomplete = entry(4, summary(4, { state: 'incomplete' }));
  const other = entry(5, summary(5, { systemId: 'another' }));
  const renamed = { ...entry(6), renamed: true };
  expect(await chosen([entry(3), entry(2), incomplete, other, renamed])).toBe('3.zip');
});

test('[LB-12] one that was good and cannot be read any more is taken all the same: an older one must not hide it', async () => {
  expect(await chosen([entry(2), unreadable(3)], { '3.zip': summary(3) })).toBe('3.zip');
});

test('a file that nothing is known of, or that is of another system, is not taken for one of ours', async () => {
  expect(
    await chosen([entry(2), unreadable(3), unreadable(4)], { '4.zip': summary(4, { systemId: 'x' }) }),
  ).toBe('2.zip');
});

test('without a good archive there is nothing to try', async () => {
  await expect(chosen([unreadable(1)])).rejects.toMatchObject({ code: 'archive-missing' });
});
