import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canRestore } from '#versions/can-restore.ts';
import { compareVersions } from '#versions/compare-versions.ts';
import { isInRange } from '#versions/is-in-range.ts';
import { parseRange, type VersionRange } from '#versions/parse-range.ts';
import { parseVersion } from '#versions/parse-version.ts';

function ranges(...texts: string[]): VersionRange[] {
  return texts.map((text) => parseRange(text) ?? expect.unreachable(`"${text}" is no range`));
}

const allowed = (archived: string, installed: string, ...texts: string[]) =>
  canRestore(archived, installed, ranges(...texts)).as;

test.each([
  ['2.8', '2.8 - 2.9.*'],
  ['2.8.0', '2.8 - 2.9.*'],
  ['2.9.11.1000', '2.8 - 2.9.*'],
  ['2.9', '2.9.*'],
  ['2.10.3', '2.9 - 2.11'],
  ['2.9', '2.9.0'],
  ['3.0.7', '2.8 - 2.9.*, 3.0.*'],
])('[LB-05] version %s is in the range %s', (version, list) => {
  expect(allowed(version, '9.0', ...list.split(', '))).toBe('older');
});

test.each([
  ['2.7.99', '2.8 - 2.9.*'],
  ['2.10', '2.8 - 2.9.*'],
  ['2.9.1', '2.8 - 2.9'],
  ['2.90', '2.9.*'],
  ['29.1', '2.*'],
  ['3.1', '2.8 - 2.9.*, 3.0.*'],
])('[LB-05] version %s is not in the range %s', (version, list) => {
  const answer = canRestore(version, '99.0', ranges(...list.split(', ')));
  expect(answer).toEqual({ as: 'no', why: `version 99.0 can restore ${list}, and versions equal to it` });
});

test('[LB-05] without ranges only an equal version goes on, letter for letter', () => {
  expect(canRestore('2.9.1', '2.9.1', [])).toEqual({ as: 'equal' });
  expect(canRestore('2.9-beta', '2.9-beta', [])).toEqual({ as: 'equal' });
  expect(allowed('2.9', '2.9.0')).toBe('no');
});

test('[LB-05] a range never allows a newer version than the installed one', () => {
  expect(canRestore('3.0', '2.9.1', ranges('2.0 - 4.*'))).toEqual({
    as: 'no',
    why: 'the archive is of the newer version; version 2.9.1 can restore older ones only (2.0 - 4.*)',
  });
});

test('[LB-05] a version that is not made of numbers has no order, so no range holds it', () => {
  expect(allowed('2.9.1-beta', '3.0', '2.*')).toBe('no');
  expect(allowed('2.9.1', '3.0 beta', '2.*')).toBe('no');
});

test.each([
  '',
  '*',
  '2.*.1',
  '2.09',
  'v2.9',
  '2.9 -3.0',
  '2.9-3.0',
  '>= 2.9',
  '2.9 - 2.8',
  '3.0 - 2.*',
  '2.8 - ',
  '1 - 2 - 3',
  '2..9',
  '1.2.3.4.5.6.7.8.9',
  '9999999999999999',
])('[LB-05] "%s" is no range', (text) => {
  expect(parseRange(text)).toBeUndefined();
});

test('[LB-05] of any two bounds each version between them is in, the one before and the one after is not', () => {
  const version = fc.array(fc.nat(20), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      const [from, to] = [a, b].sort(compareVersions) as [number[], number[]];
      const range = parseRange(`${from.join('.')} - ${to.join('.')}`);
      expect(range).toBeDefined();
      const between = compareVersions(c, from) >= 0 && compareVersions(c, to) <= 0;
      expect(isInRange(c, range as VersionRange)).toBe(between);
      expect(parseVersion(c.join('.'))).toEqual(c);
    }),
  );
});
