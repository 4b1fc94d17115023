import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digitsOf, type FolderSize, planPacks } from '#sources/files/write/plan-packs.ts';

function sizeOf(groups: { files: number; each: number }[]): FolderSize {
  const size: FolderSize = { files: 0, bytes: 0, byDigits: [] };
  for (const { files, each } of groups) {
    const bucket = size.byDigits[digitsOf(each)] ?? { files: 0, bytes: 0 };
    size.byDigits[digitsOf(each)] = { files: bucket.files + files, bytes: bucket.bytes + files * each };
    size.files += files;
    size.bytes += files * each;
  }
  return size;
}

test('few files are members of their own, many small ones share packs of 16 MiB', () => {
  expect(planPacks(sizeOf([{ files: 300, each: 100 }])).below).toBe(0);
  expect(planPacks(sizeOf([{ files: 301, each: 100 }]))).toEqual({ below: 65_536, packBytes: 16 * 2 ** 20 });
  expect(planPacks(sizeOf([{ files: 300_000, each: 1500 }])).packBytes).toBe(16 * 2 ** 20);
});

test('however many files of whatever size: some 3,000 members at most', () => {
  const group = fc.record({ files: fc.nat(400_000), each: fc.nat(50_000_000) });
  fc.assert(
    fc.property(fc.array(group, { maxLength: 6 }), (groups) => {
      const { below, packBytes } = planPacks(sizeOf(groups));
      const singles = groups.filter(({ each }) => each >= below).reduce((sum, { files }) => sum + files, 0);
      const packed = groups
        .filter(({ each }) => each < below)
        .reduce((sum, { files, each }) => sum + files * each, 0);
      // A pack ends where a member of its own comes, and where it is full.
      expect(singles + singles + packed / packBytes).toBeLessThanOrEqual(3001);
    }),
  );
});
