import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameArchive } from '#backup/name-archive.ts';
import { catalogEntry, unreadableEntry } from '../../fakes/catalog-entry.ts';

const START = Temporal.Instant.from('2026-04-10T21:45:00.987Z');
const FIRST = { number: 1, earlier: [] };
const nameFor = (name: string): string => nameArchive({ name }, START, FIRST).archiveName;

test('a name tells system, start in UTC and number', () => {
  expect(nameArchive({ name: 'BioStar 2 (Tor Süd)' }, START, FIRST)).toEqual({
    archiveName: 'biostar-2-tor-süd-20260410T214500Z-1.zip',
    number: 1,
  });
});

test.each([
  ['../../etc/passwd', 'etc-passwd'],
  ['  a / b \\ c  ', 'a-b-c'],
  ['...', 'system'],
  ['', 'system'],
  ['株式会社', '株式会社'],
  [`${'x'.repeat(39)} y`, 'x'.repeat(39)],
])('a system called "%s" gives archives called %s', (name, slug) => {
  expect(nameFor(name)).toBe(`${slug}-20260410T214500Z-1.zip`);
});

test('whatever the system is called, the name is one safe file name, also with what is put around it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (name) => {
      const made = nameFor(name);
      expect(made).toMatch(/^[\p{L}\p{N}]+(-[\p{L}\p{N}]+)*-20260410T214500Z-1\.zip$/u);
      expect(Buffer.byteLength(made)).toBeLessThan(220);
    }),
  );
});

test('[FD-15] a number whose name is taken is left out, in whatever letters it is written', () => {
  const earlier = [
    unreadableEntry('door-20260410T214500Z-1.zip'),
    catalogEntry(9, 'good', { fileName: 'DOOR-20260410T214500Z-2.ZIP' }),
    unreadableEntry('door-20260410T214501Z-3.zip'),
  ];
  expect(nameArchive({ name: 'Door' }, START, { number: 1, earlier })).toEqual({
    archiveName: 'door-20260410T214500Z-3.zip',
    number: 3,
  });
});
