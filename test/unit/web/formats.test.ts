import { expect, test } from 'vitest';
import { createFormats } from '../../../apps/service/web/texts/formats.ts';
import { chooseLanguage, LANGUAGES, localeFor } from '../../../apps/service/web/texts/languages.ts';

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

test('every language has every text', () => {
  const shape = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
      : typeof value;
  const [first, ...others] = Object.values(LANGUAGES).map(shape);
  for (const other of others) expect(other).toEqual(first);
});
