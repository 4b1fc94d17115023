import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameArchive } from '#backup/name-archive.ts';
import { SYSTEM_ID } from '../../fakes/backup-parts.ts';
import { catalogEntry, unreadableEntry } from '../../fakes/catalog-entry.ts';

const START = Temporal.Instant.from('2026-04-10T21:45:00.987Z');
const nameFor = (name: string): string => nameArchive({ id: SYSTEM_ID, name }, START, []).archiveName;

test('a name tells system, start in UTC and number', () => {
  expect(nameArchive({ id: SYSTEM_ID, name: 'BioStar 2 (Tor Süd)' }, START, [])).toEqual({
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

test('the number is one more than the highest of this system, whatever else is in the folder', () => {
  const earlier = [
    catalogEntry(7, 'good'),
    catalogEntry(3, 'incomplete'),
    catalogEntry(99, 'good', { systemId: 'another-system' }),
    catalogEntry(11, 'good', { fileName: 'renamed.zip' }),
    unreadableEntry('door-control-500.zip'),
  ];
  expect(nameArchive({ id: SYSTEM_ID, name: 'x' }, START, earlier).number).toBe(12);
});
