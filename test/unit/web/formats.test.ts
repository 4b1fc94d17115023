import { expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { deSaid } from '../../../apps/service/web/texts/de-said.ts';
import { createFormats } from '../../../apps/service/web/texts/formats.ts';
import { chooseLanguage, LANGUAGES, localeFor } from '../../../apps/service/web/texts/languages.ts';
import { readReason } from '../../../apps/service/web/texts/read-reason.ts';
import { sayIn } from '../../../apps/service/web/texts/said.ts';

const english = createFormats('en-GB');
const german = createFormats('de-DE');

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [1536, '1.5 kB'],
  [999_999, '1,000 kB'],
  [2_600_000_000, '2.6 GB'],
  [10 ** 19, '10,000 PB'],
])('%d bytes are %s', (count, text) => {
  expect(english.bytes(count)).toBe(text);
});

test('sizes and durations in the reader’s way', () => {
  expect(german.bytes(1536)).toBe('1,5 kB');
  expect(english.duration(400)).toBe('0.4 secs');
  expect(english.duration(59_000)).toBe('59 secs');
  expect(english.duration(61_000)).toBe('1 min 1 sec');
  expect(english.duration(7_260_000)).toBe('2 hrs 1 min');
});

test('[FD-03] 100 % is said when all is done, not before', () => {
  expect(english.percent(0.999)).toBe('99%');
  expect(english.percent(1)).toBe('100%');
  expect(english.percent(1.2)).toBe('100%');
});

test('how long ago, and how long until', () => {
  const now = '2026-04-10T12:00:00Z';
  expect(english.ago('2026-04-10T11:59:30Z', now)).toBe('30 seconds ago');
  expect(english.ago('2026-04-10T09:00:00Z', now)).toBe('3 hours ago');
  expect(english.ago('2026-04-09T09:00:00Z', now)).toBe('27 hours ago');
  expect(english.ago('2026-04-01T12:00:00Z', now)).toBe('9 days ago');
  expect(german.ago('2026-04-10T11:00:00Z', now)).toBe('vor 1 Stunde');
});

test('the first of the reader’s languages that the page has, in his own way of it', () => {
  expect(chooseLanguage(['', 'fr-CH', 'de-CH', 'en'])).toBe('de');
  expect(chooseLanguage(['ja'])).toBe('en');
  expect(localeFor('de', ['fr-CH', 'de-AT'])).toBe('de-AT');
  expect(localeFor('en', ['de-AT'])).toBe('en');
});

/** What another language has words for where English shows the service's own, which are English. */
const OF_THE_SERVICE = ['said', 'allowed'];

test('every language has every text', () => {
  const shape = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([key]) => !OF_THE_SERVICE.includes(key))
            .map(([key, inner]) => [key, shape(inner)]),
        )
      : typeof value;
  const [first, ...others] = Object.values(LANGUAGES).map(shape);
  for (const other of others) expect(other).toEqual(first);
});

/** Of restores, which no page begins; and what only a client of another machine meets. */
const NEVER_ON_THE_PAGE =
  /^(version-differs|trust-needed|target-.*|check-failed|switch-failed|rollback-failed|server-unreachable)$/;

test('German has words for every code that the service may tell the page', () => {
  const codes = Object.keys(ERRORS).filter((code) => !NEVER_ON_THE_PAGE.test(code));
  const without = codes.filter((code) => sayIn(deSaid, { code }, undefined, german) === undefined);
  expect(without).toEqual([]);
  for (const code of [...codes, 'done', 'skipped']) {
    for (const operation of ['backup', 'verify']) {
      for (const facts of [
        undefined,
        {},
        { place: '/b', key: 'path', needed: 1, free: 2, archive: 'a.zip' },
      ]) {
        const said = sayIn(deSaid, { code, operation }, facts, german);
        expect(`${said?.text} ${said?.todo ?? ''}`).not.toMatch(/undefined \w|NaN|\[object/);
      }
    }
  }
});

test.each([
  ['required folder/cert is missing: /srv/cert', 'missing', true, 'folder/cert', '/srv/cert'],
  ['folder/a b cannot be read: x', 'unreadable', false, 'folder/a b', 'x'],
  ['file/key cannot be read: /srv/key (EACCES)', 'unreadable', false, 'file/key', '/srv/key (EACCES)'],
  ['folder/image: missing: a.jpg (gone)', 'missing inside', false, 'folder/image', 'a.jpg (gone)'],
  ['folder/image: unreadable: b.jpg', 'unreadable inside', false, 'folder/image', 'b.jpg'],
  ['mariadb/main/ac could only be read in part', 'in part', false, 'mariadb/main/ac', ''],
  ['something that a later version says', undefined, false, '', ''],
])('why an archive is incomplete is taken apart: %s', (line, kind, required, id, what) => {
  expect(readReason(line)).toEqual(kind === undefined ? undefined : { kind, required, id, what });
});
