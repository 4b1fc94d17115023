import { expect, test } from 'vitest';
import type { DrillReport } from '#drill/drill-report.ts';
import { longTime } from '#drill/long-time.ts';
import { readReports } from '#drill/read-reports.ts';
import { redError } from '#drill/red-error.ts';
import { reportText } from '#drill/report-text.ts';
import { saveReport } from '#drill/save-report.ts';
import { LifeboatError } from '#platform/errors.ts';
import { settableClock } from '../../fakes/settable-clock.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const REPORT: DrillReport = {
  version: 1,
  run: '20260410T214500Z-3f9a1c',
  system: { id: 'door', name: 'Door control' },
  host: 'srv',
  program: 'lifeboat 1',
  startedAt: '2026-04-10T21:45:00Z',
  durationMs: 61_000,
  result: 'green',
  message: 'door-12.zip can be restored',
  archive: { name: 'door-12.zip', bytes: 10, takenAt: '2026-04-10T20:00:00Z' },
  parts: [
    {
      id: 'sqlite/log',
      kind: 'sqlite-database',
      bytes: 10,
      result: 'proven',
      detail: '1 table',
      stageMs: 4200,
    },
    {
      id: 'mariadb/main',
      kind: 'mariadb-accounts',
      bytes: 10,
      result: 'not proven',
      detail: 'accounts',
      stageMs: 0,
    },
  ],
  canaries: [
    {
      name: 'people',
      of: 'sqlite/log',
      query: 'SELECT 1',
      wanted: 'at least 2',
      answer: '1',
      result: 'failed',
      ms: 3,
    },
  ],
  notProven: ['a part\nof it'],
  leftovers: [],
  restoreMs: 90_500,
  verifyMs: 1000,
};

test('[LB-03] the readable report says what was proven, what not, and what a restore takes, a line each', () => {
  const lines = reportText(REPORT, 'Europe/Berlin').split('\n');
  expect(lines[0]).toBe('RESTORE DRILL: GREEN');
  expect(lines).toContain('began     2026-04-10 23:45:00 (Europe/Berlin)');
  expect(lines).toContain('proven      sqlite/log: 1 table (restored in 4.2 seconds)');
  expect(lines).toContain('not proven  mariadb/main: accounts');
  expect(lines).toContain('failed      canary people of sqlite/log: answered 1, wanted at least 2');
  expect(lines).toContain('not proven  a part\\u{a}of it');
  expect(lines.find((line) => line.startsWith('restore'))).toMatch(
    /took 91 seconds; stopping, switching over/,
  );
});

test('times are never told shorter than they were', () => {
  expect([1, 999, 9_999, 10_001, 119_000, 120_001, 7_200_001].map(longTime)).toEqual([
    '0.1 seconds',
    '1.0 seconds',
    '10.0 seconds',
    '11 seconds',
    '119 seconds',
    '3 minutes',
    '2 h 1 min',
  ]);
});

test('reports of a system are read newest first, and only so many of its own are kept', async () => {
  await using folder = await temporaryFolder();
  const keep = { clock: settableClock('2026-04-10T21:45:00Z'), limits: { keepReports: 2 } };
  const at = (day: number, id = 'door') => ({
    ...REPORT,
    run: `202604${10 + day}T214500Z-3f9a1c`,
    system: { id, name: 'x' },
  });
  await saveReport(folder.path, at(0, 'another'), keep);
  for (const day of [1, 2, 3]) await saveReport(folder.path, at(day), keep);
  const runs = async (id: string) => (await readReports(folder.path, id)).map(({ run }) => run.slice(0, 8));
  expect(await runs('door')).toEqual(['20260413', '20260412']);
  expect(await runs('another')).toEqual(['20260410']);
  expect(await readReports(folder.file('nowhere'), 'door')).toEqual([]);
});

test('[LB-12] what makes a drill red names everything, damage first in its code', () => {
  const failure = (what: string, code: 'drill-failed' | 'archive-damaged') => ({
    what,
    error: new LifeboatError(code, `${code} of it`, { hint: 'look' }),
  });
  expect(redError([], '/r')).toBeUndefined();
  expect(
    redError([failure('canary a', 'drill-failed'), failure('sqlite/log', 'archive-damaged')], '/r.txt'),
  ).toMatchObject({
    code: 'archive-damaged',
    message: 'the drill is red: canary a: drill-failed of it; sqlite/log: archive-damaged of it',
    hint: 'look; the report is /r.txt',
  });
  const last = new LifeboatError('space-low', 'no room');
  expect(redError([], '/r', last)).toBe(last);
});
