import { mkdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { requireSpace } from '#backup/require-space.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import { NEVER, SYSTEM_ID } from '../../fakes/backup-parts.ts';
import { catalogEntry, unreadableEntry } from '../../fakes/catalog-entry.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

/** Whether a backup is let through that reads so many times the free space, after these archives. */
async function letThrough(timesFree: number, earlier: (free: number) => CatalogEntry[]): Promise<boolean> {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('backups'));
  const destination = folderDestination(folder.file('backups'));
  const { free } = await destination.check(0, NEVER);
  const entries = { systemId: SYSTEM_ID, entries: earlier(free) };
  return await requireSpace(destination, Math.ceil(free * timesFree), entries, NEVER).then(
    () => true,
    (error) => {
      expect(error).toMatchObject({ code: 'space-low' });
      expect(error.message).toMatch(/backups has too little space: \d+ bytes needed, \d+ bytes free/);
      return false;
    },
  );
}

test('[TN-10] a first backup is refused where not even a tenth of what it reads would fit', async () => {
  expect(await letThrough(20, () => [])).toBe(false);
  expect(await letThrough(5, () => [])).toBe(true);
});

test('[TN-10] a later one is refused where the last archive would not fit again', async () => {
  expect(await letThrough(3, (free) => [catalogEntry(1, 'good', { bytes: free * 2 })])).toBe(false);
  expect(await letThrough(3, (free) => [catalogEntry(1, 'good', { bytes: free / 2 })])).toBe(true);
});

test('a system that shrank needs no more than it reads', async () => {
  expect(await letThrough(0.5, (free) => [catalogEntry(1, 'good', { bytes: free * 9 })])).toBe(true);
});

test('the size of another system or of an unreadable file says nothing', async () => {
  const foreign = (free: number) => [
    catalogEntry(1, 'good', { bytes: 10 }),
    catalogEntry(2, 'good', { bytes: free * 9, systemId: 'another-system' }),
    unreadableEntry('damaged.zip'),
  ];
  expect(await letThrough(9, foreign)).toBe(true);
});
