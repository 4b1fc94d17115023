import { expect, test } from 'vitest';
import { chooseNames, type NamedRun } from '#backup/choose-names.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import { SYSTEM_ID } from '../../fakes/backup-parts.ts';
import { catalogEntry, unreadableEntry } from '../../fakes/catalog-entry.ts';

const NUMBERED = 'door-control-20260410T214500Z-7.zip';
const CALENDAR = { kind: 'calendar', prefix: 'BT8' } as const;

function run(changes: Partial<NamedRun> = {}): NamedRun {
  return {
    systemId: SYSTEM_ID,
    startedAt: Temporal.Instant.from('2026-04-10T21:45:00Z'),
    zone: 'Europe/Berlin',
    pinned: false,
    earlier: [],
    ...changes,
  };
}

function at(startedAt: string, zone: string): string[] {
  const { archiveName, calendarNames } = chooseNames(
    NUMBERED,
    CALENDAR,
    'good',
    run({ startedAt: Temporal.Instant.from(startedAt), zone }),
  );
  expect(archiveName).toBe(calendarNames[0]);
  return calendarNames;
}

/** A file under the day's name. */
function onTheDay(changes: Parameters<typeof catalogEntry>[2] = {}): CatalogEntry {
  return catalogEntry(1, 'good', { name: 'BT8_D_10.zip', fileName: 'BT8_D_10.zip', ...changes });
}

test('[BT-02] day and month of the start in the zone of the schedule, without a leading zero', () => {
  expect(at('2026-04-10T21:45:00Z', 'Europe/Berlin')).toEqual(['BT8_D_10.zip', 'BT8_M_4.zip']);
  expect(at('2026-04-30T21:59:59Z', 'Europe/Berlin')).toEqual(['BT8_D_30.zip', 'BT8_M_4.zip']);
  expect(at('2026-04-30T22:00:00Z', 'Europe/Berlin')).toEqual(['BT8_D_1.zip', 'BT8_M_5.zip']);
  expect(at('2026-12-31T12:00:00Z', 'Pacific/Kiritimati')).toEqual(['BT8_D_1.zip', 'BT8_M_1.zip']);
  expect(at('2028-02-29T12:00:00Z', 'UTC')).toEqual(['BT8_D_29.zip', 'BT8_M_2.zip']);
});

test('[BT-03] a slot is taken from an archive of this system, and from nothing else', () => {
  const own = { ...onTheDay(), renamed: false };
  const names = (entry: CatalogEntry) => chooseNames(NUMBERED, CALENDAR, 'good', run({ earlier: [entry] }));
  expect(names(own)).toEqual({
    archiveName: 'BT8_D_10.zip',
    calendarNames: ['BT8_D_10.zip', 'BT8_M_4.zip'],
    lines: [],
  });
  const others: [string, CatalogEntry][] = [
    ['cannot be read', unreadableEntry('BT8_D_10.zip')],
    ['is of another system', { ...onTheDay({ systemId: 'another-system' }), renamed: false }],
    ['was renamed to it', onTheDay({ name: 'BT8_D_9.zip' })],
    ['kept for an update', { ...onTheDay({ pinned: true }), renamed: false }],
    ['cannot be read', unreadableEntry('bt8_d_10.ZIP')],
  ];
  for (const [why, entry] of others) {
    expect(names(entry)).toEqual({
      archiveName: NUMBERED,
      calendarNames: ['BT8_M_4.zip'],
      lines: [expect.stringMatching(`^BT8_D_10\\.zip was left alone: .*${why}$`)],
    });
  }
});

test("[BT-03] the month's slot alone may be taken by somebody else", () => {
  const earlier = [unreadableEntry('BT8_M_4.zip')];
  expect(chooseNames(NUMBERED, CALENDAR, 'good', run({ earlier }))).toMatchObject({
    archiveName: 'BT8_D_10.zip',
    calendarNames: ['BT8_D_10.zip'],
    lines: [expect.stringContaining('BT8_M_4.zip was left alone')],
  });
});

test('[FD-06] [BT-09] an incomplete set, one kept for an update, and one by a clock that went back take no slot', () => {
  const plain = { archiveName: NUMBERED, calendarNames: [] };
  expect(chooseNames(NUMBERED, CALENDAR, 'incomplete', run())).toEqual({
    ...plain,
    lines: ['incomplete, so BT8_D_10.zip and BT8_M_4.zip were left as they are'],
  });
  expect(chooseNames(NUMBERED, CALENDAR, 'good', run({ pinned: true }))).toEqual({ ...plain, lines: [] });
  const startedAt = Temporal.Instant.from('2020-01-01T00:00:00Z');
  const earlier = [catalogEntry(3, 'good')];
  expect(chooseNames(NUMBERED, CALENDAR, 'good', run({ startedAt, earlier }))).toEqual({
    ...plain,
    lines: [expect.stringMatching(/^clock fault, so BT8_D_1\.zip/)],
  });
  expect(chooseNames(NUMBERED, { kind: 'numbered' }, 'good', run())).toEqual({ ...plain, lines: [] });
});
