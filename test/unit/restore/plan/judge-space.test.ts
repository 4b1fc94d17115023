import { expect, test } from 'vitest';
import { judgeSpace } from '#restore/plan/judge-space.ts';
import { sumSpace } from '#restore/plan/sum-space.ts';
import type { TargetReport } from '#sources/restore-target.ts';

const HERE: TargetReport = {
  components: [{ id: 'folder/a', place: '/srv/a', now: '1 file' }],
  space: [],
  findings: [],
  inPlace: true,
};
const SAFETY = { safety: '/mnt/usb' };
const low = (frees: number) => [{ place: '/srv', needed: 100, free: 60, frees }];

test('what fits is staged, also where a restore in place was asked for', () => {
  expect(judgeSpace([{ place: '/srv', needed: 100, free: 100 }], [HERE], SAFETY, false)).toEqual({
    refusals: [],
    agreements: [],
    inPlace: undefined,
    fitsInPlace: false,
  });
});

test('[BS-16] what does not fit is refused, with the way that is left if there is one', () => {
  const able = judgeSpace(low(40), [HERE], undefined, false);
  expect(able).toMatchObject({ fitsInPlace: true, inPlace: undefined, agreements: [] });
  expect(able.refusals[0]).toMatchObject({ code: 'space-low', hint: expect.stringContaining('--in-place') });
  const unable = judgeSpace(low(39), [HERE], undefined, false);
  expect(unable.fitsInPlace).toBe(false);
  expect(unable.refusals[0]?.hint).not.toContain('--in-place');
});

test('[BS-16] a restore in place needs an agreement of its own that names the safety place', () => {
  const { agreements, refusals, inPlace } = judgeSpace(low(40), [HERE], SAFETY, false);
  expect({ refusals, inPlace }).toEqual({ refusals: [], inPlace: SAFETY });
  expect(agreements).toEqual([{ key: 'in-place', message: expect.stringContaining('/mnt/usb') }]);
});

test('[BS-16] not even in place: too little room, a part that cannot, an archive to be migrated', () => {
  const asked = (...args: Parameters<typeof judgeSpace>) =>
    judgeSpace(...args).refusals.map((r) => r.message);
  expect(asked(low(39), [HERE], SAFETY, false)[0]).toContain('not there either when the 39 bytes');
  const other = { ...HERE, inPlace: false };
  expect(asked(low(40), [HERE, other], SAFETY, false)).toEqual(['folder/a cannot be restored in place']);
  expect(asked(low(40), [HERE], SAFETY, true)[0]).toContain('has to be migrated');
});

test('places of one file system: what comes free is summed, what is not the staged copy is named', () => {
  expect(
    sumSpace([
      { place: '/data', needed: 150, free: 90, fileSystem: '8', frees: 70 },
      { place: '/data', what: 'the binary log', needed: 100, free: 90, fileSystem: '8' },
      { place: '/srv', needed: 10, free: 90, fileSystem: '8', frees: 5 },
    ]),
  ).toEqual([
    {
      place: 'the disk of /data (and of /srv)',
      needed: 260,
      free: 90,
      fileSystem: '8',
      frees: 75,
      besides: [{ what: 'the binary log', needed: 100 }],
    },
  ]);
});
