import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inCalendarSlot } from '#catalog/in-calendar-slot.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import { planRetention } from '#retention/plan-retention.ts';
import { SYSTEM_ID } from '../../fakes/backup-parts.ts';
import { catalogEntry, unreadableEntry } from '../../fakes/catalog-entry.ts';

/** A day after the first of the archives that `catalogEntry` makes, which are an hour apart. */
const RUN = { startedAt: Temporal.Instant.from('2026-01-02T00:00:00Z') };

function removed(entries: readonly CatalogEntry[], keep: number, keepDays?: number): string[] {
  return planRetention(entries, SYSTEM_ID, { keep, keepDays }, RUN).remove.map(({ name }) => name);
}

function named(...numbers: number[]): string[] {
  return numbers.map((number) => `door-control-${number}.zip`);
}

/** Both files of one archive, or the one that is left. */
function calendarEntries(number: number, ...fileNames: string[]): CatalogEntry[] {
  return fileNames.map((name) => {
    const entry = catalogEntry(number, 'good', { name, calendarNames: fileNames });
    return { ...entry, renamed: false, file: { ...entry.file, name } };
  });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

test('[BS-11] beyond the keep count the oldest goes, and every archive gets a decision with its reason', () => {
  const entries = range(1, 4).map((number) => catalogEntry(number, 'good'));
  const plan = planRetention(entries, SYSTEM_ID, { keep: 3 }, RUN);
  expect(plan).toEqual({
    keep: [
      { name: 'door-control-2.zip', reason: 'one of 3 kept' },
      { name: 'door-control-3.zip', reason: 'one of 3 kept' },
      { name: 'door-control-4.zip', reason: 'the last good one' },
    ],
    remove: [{ name: 'door-control-1.zip', reason: 'older than the 3 kept' }],
  });
});

test('[BS-11] a lower limit takes away the oldest down to it, a higher one nothing', () => {
  const entries = range(1, 10).map((number) => catalogEntry(number, 'good'));
  expect(removed(entries, 2)).toEqual(range(1, 8).map((number) => `door-control-${number}.zip`));
  expect(removed(entries, 10)).toEqual([]);
  expect(removed(entries, 100)).toEqual([]);
});

test('[LB-04] the last good one stays whatever the count says', () => {
  for (const keep of [1, 0, -1]) {
    expect(removed([catalogEntry(1, 'good'), catalogEntry(2, 'good')], keep)).toEqual(['door-control-1.zip']);
    expect(removed([catalogEntry(1, 'good'), catalogEntry(2, 'incomplete')], keep)).toEqual([]);
  }
});

test('[LB-04] what a restore in place saved takes nobody’s place; once it is released it goes', () => {
  const safety = catalogEntry(2, 'good', { safety: true });
  expect(removed([catalogEntry(1, 'good'), safety], 1)).toEqual(['door-control-2.zip']);
  const pinned = catalogEntry(2, 'good', { safety: true, pinned: true });
  expect(removed([catalogEntry(1, 'good'), pinned], 1)).toEqual([]);
});

test('[FD-06] of the incomplete ones only the newest since the last good one stays', () => {
  const good = catalogEntry(1, 'good');
  const bad = range(2, 5).map((number) => catalogEntry(number, 'incomplete'));
  expect(removed([good, ...bad], 1)).toEqual([2, 3, 4].map((number) => `door-control-${number}.zip`));
  expect(removed([good, ...bad, catalogEntry(6, 'good')], 2)).toEqual(
    [2, 3, 4, 5].map((number) => `door-control-${number}.zip`),
  );
});

test('[FD-19] renamed, foreign, pinned and unreadable ones are not counted and not touched', () => {
  const others = [
    catalogEntry(1, 'good', { fileName: 'before the update.zip' }),
    catalogEntry(2, 'good', { systemId: 'another-system' }),
    catalogEntry(3, 'incomplete', { systemId: 'another-system' }),
    catalogEntry(4, 'good', { pinned: true }),
    catalogEntry(5, 'incomplete', { fileName: 'keep.zip' }),
  ];
  const own = [catalogEntry(6, 'good'), catalogEntry(7, 'good')];
  const entries = [...others, ...own, unreadableEntry('damaged.zip')];
  const plan = planRetention(entries, SYSTEM_ID, { keep: 1 }, RUN);
  expect(plan.remove).toEqual([{ name: 'door-control-6.zip', reason: 'older than the 1 kept' }]);
  expect(Object.fromEntries(plan.keep.map(({ name, reason }) => [name, reason]))).toEqual({
    'before the update.zip': 'renamed',
    'door-control-2.zip': 'of another system',
    'door-control-3.zip': 'of another system',
    'door-control-4.zip': 'kept for an update',
    'keep.zip': 'renamed',
    'door-control-7.zip': 'the last good one',
    'damaged.zip': 'cannot be read',
  });
});

test('[TN-07] what is older than the period goes, the last good one never, whichever of count and period is first', () => {
  const entries = range(-30, 12).map((number) => catalogEntry(number, 'good'));
  const days = (keep: number, keepDays: number) => removed(entries, keep, keepDays);
  expect(days(Number.POSITIVE_INFINITY, 1)).toEqual(named(...range(-30, -1)));
  expect(days(100, 2)).toEqual(named(...range(-30, -25)));
  expect(days(5, 2)).toEqual(named(...range(-30, 7)));
  expect(days(5, 3650)).toEqual(named(...range(-30, 7)));
  const old = range(1, 3).map((number) => catalogEntry(number - 10_000, 'good'));
  expect(removed(old, 7, 1)).toEqual(old.slice(0, 2).map((entry) => entry.file.name));
  expect(removed([...old, catalogEntry(1, 'incomplete')], 7, 1)).not.toContain(old[2]?.file.name);
});

test('[TN-07] every decision says by which rule it was made', () => {
  const entries = [catalogEntry(-100, 'good'), catalogEntry(1, 'good'), catalogEntry(2, 'good')];
  const policy = { keep: Number.POSITIVE_INFINITY, keepDays: 2 };
  expect(planRetention(entries, SYSTEM_ID, policy, RUN)).toEqual({
    keep: [
      { name: 'door-control-1.zip', reason: 'not older than 2 days' },
      { name: 'door-control-2.zip', reason: 'the last good one' },
    ],
    remove: [{ name: 'door-control--100.zip', reason: 'older than 2 days' }],
  });
});

test('[FD-20] room made before counts the new archive already, and never takes the last good one', () => {
  const entries = range(1, 4).map((number) => catalogEntry(number, 'good'));
  const room = (of: readonly CatalogEntry[], keep: number) =>
    planRetention(of, SYSTEM_ID, { keep }, { ...RUN, makeRoom: true }).remove;
  expect(room(entries, 4)).toEqual([
    { name: 'door-control-1.zip', reason: 'older than the 4 kept, the new one counted' },
  ]);
  expect(room(entries, 5)).toEqual([]);
  expect(room(entries, 1).map(({ name }) => name)).toEqual(named(1, 2, 3));
  expect(room([catalogEntry(1, 'good'), catalogEntry(2, 'incomplete')], 1)).toEqual([]);
});

test('[BT-04] an archive under two calendar names counts once, and its files wait for their successor', () => {
  const april = calendarEntries(3, 'BT8_D_10.zip', 'BT8_M_4.zip');
  const march = calendarEntries(1, 'BT8_M_3.zip');
  const entries = [...march, catalogEntry(2, 'good'), ...april, catalogEntry(4, 'good')];
  expect(removed(entries, 3)).toEqual([]);
  expect(removed(entries, 2)).toEqual(named(2));
  expect(removed(entries, 1, 1)).toEqual(named(2));
  const reasons = planRetention(entries, SYSTEM_ID, { keep: 1 }, RUN).keep.map(({ name, reason }) => [
    name,
    reason,
  ]);
  expect(Object.fromEntries(reasons)).toMatchObject({
    'BT8_M_3.zip': 'under its calendar name until a later run takes that',
    'door-control-4.zip': 'the last good one',
  });
});

/** What can happen to a destination between two looks at it. */
type Happening = 'good' | 'incomplete' | 'failed' | 'unreadable' | 'foreign' | 'rename' | 'pin' | 'calendar';

const happenings = fc.array(
  fc.record({
    what: fc.constantFrom<Happening>(
      'good',
      'good',
      'good',
      'incomplete',
      'incomplete',
      'failed',
      'unreadable',
      'foreign',
      'rename',
      'pin',
      'calendar',
    ),
    which: fc.nat(1000),
    keep: fc.integer({ min: 1, max: 4 }),
  }),
  { maxLength: 60 },
);

test('[FD-06] no sequence of good, incomplete, failed, unreadable, foreign and renamed sets pushes out what must stay', () => {
  fc.assert(
    fc.property(happenings, (sequence) => {
      let folder: CatalogEntry[] = [];
      for (const [at, { what, which, keep }] of sequence.entries()) {
        folder = happen(folder, at + 1, what, which);
        if (what !== 'good' && what !== 'incomplete' && what !== 'calendar') continue;
        const before = folder;
        // As pruneArchives does: after an incomplete one the count does not apply.
        const limit = what === 'incomplete' ? Number.POSITIVE_INFINITY : keep;
        const gone = new Set(removed(before, limit));
        folder = before.filter((entry) => !gone.has(entry.file.name));
        mustHold(before, folder, what === 'incomplete' ? what : 'good', keep);
      }
    }),
    { numRuns: 500 },
  );
});

function happen(folder: CatalogEntry[], number: number, what: Happening, which: number): CatalogEntry[] {
  const readable = folder.filter((entry) => entry.summary !== undefined);
  const unreadable = folder.filter((entry) => entry.summary === undefined);
  const picked = readable[which % Math.max(1, readable.length)];
  const replace = (by: CatalogEntry): CatalogEntry[] =>
    folder.map((entry) => (entry === picked ? by : entry));
  if (what === 'good' || what === 'incomplete')
    return [...readable, catalogEntry(number, what), ...unreadable];
  if (what === 'calendar') {
    const names = [`D_${number % 3}.zip`, `M_${Math.floor(number / 10)}.zip`];
    const taken = readable.filter((entry) => !names.includes(entry.file.name));
    return [...taken, ...calendarEntries(number, ...names), ...unreadable];
  }
  if (what === 'foreign') {
    return [...readable, catalogEntry(number, 'good', { systemId: 'another-system' }), ...unreadable];
  }
  if (what === 'unreadable') return [...folder, unreadableEntry(`damaged-${number}.zip`)];
  if (picked?.summary === undefined || what === 'failed') return folder;
  if (what === 'pin') return replace({ ...picked, summary: { ...picked.summary, pinned: true } });
  return replace({ ...picked, renamed: true, file: { ...picked.file, name: `renamed-${number}.zip` } });
}

function mustHold(before: CatalogEntry[], after: CatalogEntry[], made: Happening, keep: number): void {
  const counts = (entry: CatalogEntry): boolean =>
    entry.summary?.systemId === SYSTEM_ID && !entry.renamed && !entry.summary.pinned;
  const numbersOf = (entries: CatalogEntry[]): number[] => [
    ...new Set(good(entries).map((entry) => entry.summary?.number ?? 0)),
  ];
  const good = (entries: CatalogEntry[]): CatalogEntry[] =>
    entries.filter((entry) => counts(entry) && entry.summary?.state === 'good');
  const incomplete = after.filter((entry) => counts(entry) && entry.summary?.state === 'incomplete');

  expect(after.filter((entry) => !counts(entry))).toEqual(before.filter((entry) => !counts(entry)));
  const limit = new Set(made === 'good' ? numbersOf(before).slice(-keep) : numbersOf(before));
  expect(good(after)).toEqual(
    good(before).filter((entry) => limit.has(entry.summary?.number ?? 0) || inCalendarSlot(entry)),
  );
  expect(incomplete).toEqual(made === 'good' ? [] : [before.filter(counts).at(-1)]);
}
