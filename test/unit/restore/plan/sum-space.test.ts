import { expect, test } from 'vitest';
import { planRestore } from '#restore/plan/plan-restore.ts';
import { sumSpace } from '#restore/plan/sum-space.ts';
import { plainComponent, plainManifest } from '../../../fakes/archive-set.ts';

const KB = 1000;

test('places on one file system become one entry with the sum; others stay as they are', () => {
  expect(
    sumSpace([
      { place: '/srv/a', needed: 100, free: 900, fileSystem: '8' },
      { place: '/var/lib/mysql on db:3306', needed: 70, free: undefined },
      { place: '/boot', needed: 5, free: 50, fileSystem: '9' },
      { place: '/srv/a', needed: 20, free: 890, fileSystem: '8' },
      { place: '/srv/b', needed: 3, free: 900, fileSystem: '8' },
      { place: '/var/lib/mysql on other:3306', needed: 7, free: undefined },
    ]),
  ).toEqual([
    { place: 'the disk of /srv/a (and of /srv/b)', needed: 123, free: 890, fileSystem: '8' },
    { place: '/var/lib/mysql on db:3306', needed: 70, free: undefined },
    { place: '/boot', needed: 5, free: 50, fileSystem: '9' },
    { place: '/var/lib/mysql on other:3306', needed: 7, free: undefined },
  ]);
});

test('sixty components in one place are one short line; a place that is not measured adds to the sum', () => {
  const sixty = Array.from({ length: 60 }, () => ({
    place: '/srv',
    needed: KB,
    free: 90 * KB,
    fileSystem: '8',
  }));
  const unmeasured = { place: '/srv/db', needed: KB, free: undefined, fileSystem: '8' };
  expect(sumSpace(sixty)).toEqual([{ place: '/srv', needed: 60 * KB, free: 90 * KB, fileSystem: '8' }]);
  expect(sumSpace([...sixty, unmeasured])[0]).toMatchObject({ needed: 61 * KB, free: 90 * KB });
  expect(sumSpace([unmeasured, unmeasured])[0]?.free).toBeUndefined();
});

test('[TN-10] parts that fit one by one are refused where they do not fit together', () => {
  const components = ['folder/a', 'folder/b', 'folder/c'].map((id) => plainComponent(id, []));
  const planFor = (fileSystems: string[]) =>
    planRestore({
      manifest: plainManifest({ components, extras: [] }),
      installed: { id: '0190-test', name: 'Sample', version: { how: 'read', version: '2.9.8' } },
      profileFromArchive: false,
      reports: components.map(({ id }, index) => ({
        components: [{ id, place: `/srv/${id}`, now: 'absent' }],
        space: [
          { place: `/srv/${index}`, needed: 40 * KB, free: 100 * KB, fileSystem: fileSystems[index] ?? '' },
        ],
        findings: [],
      })),
      left: [],
    });
  expect(planFor(['8', '9', '10']).refusals).toEqual([]);
  expect(planFor(['8', '8', '8']).refusals).toMatchObject([
    {
      code: 'space-low',
      message: expect.stringContaining('has 100000 bytes free, the restore needs 120000'),
    },
  ]);
});
