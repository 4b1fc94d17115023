import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { takeLock } from '#platform/lock.ts';
import { lockHolder } from '#platform/lock-holder.ts';
import type { Schedule } from '#schedule/schedule.ts';
import type { ScheduleState } from '#schedule/schedule-state.ts';
import { scheduleStore } from '#schedule/schedule-store.ts';
import { settableClock } from '../../fakes/settable-clock.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { DISK_FULL, schedulerBench } from './scheduler-bench.ts';

test('a state of each schedule is read as it was saved; nobody else can read it, nothing else is left', async () => {
  await using folder = await temporaryFolder();
  const store = scheduleStore(folder.path, 'one');
  expect(await store.read()).toBeUndefined();
  const schedules: Schedule[] = [
    { frequency: 'Not Use' },
    { frequency: 'Daily', time: '23:45' },
    { frequency: 'Weekly', time: '23:45', weekday: 'Sunday' },
    { frequency: 'Monthly', time: '23:45', day: 31 },
    { frequency: 'Every', unit: 'hours', count: 6 },
    { frequency: 'Every', unit: 'days', count: 3, time: '00:00' },
    { frequency: 'Every', unit: 'weeks', count: 2, time: '00:00', weekdays: ['Monday', 'Friday'] },
    { frequency: 'Every', unit: 'months', count: 2, time: '00:00', day: 1 },
  ];
  for (const schedule of schedules) {
    const bench = schedulerBench('2026-03-01T12:00', { schedule, cancelAfter: 1 });
    bench.ends = [DISK_FULL];
    await bench.serveUntil('2026-06-01T12:00', { store });
    const saved = JSON.parse(await readFile(folder.file('schedule/one.json'), 'utf8'));
    expect(await store.read()).toEqual(saved);
    expect(saved.schedule).toEqual(schedule);
  }
  expect(await readdir(folder.file('schedule'))).toEqual(['one.json']);
  const { mode } = await stat(folder.file('schedule/one.json'));
  if (process.platform !== 'win32') expect(mode & 0o777).toBe(0o600);
});

const STATE: ScheduleState = {
  version: 1,
  schedule: { frequency: 'Daily', time: '23:45' },
  zone: 'UTC',
  handled: '2026-03-01T23:45:00Z',
  attempts: 0,
  events: 0,
  unreported: [],
};

test.each([
  ['cut', JSON.stringify(STATE).slice(0, 60)],
  ['empty', ''],
  ['of a newer program', JSON.stringify({ ...STATE, version: 2 })],
  ['of a zone that is none', JSON.stringify({ ...STATE, zone: 'Middle/Earth' })],
  ['of a time that is none', JSON.stringify({ ...STATE, handled: 'yesterday' })],
])('a state file that is %s: the scheduler says so and counts from now', async (_what, text) => {
  await using folder = await temporaryFolder();
  const store = scheduleStore(folder.path, 'one');
  await store.save(STATE);
  await writeFile(folder.file('schedule/one.json'), text);
  await expect(store.read()).rejects.toMatchObject({ code: 'state-unusable' });
  const bench = schedulerBench('2026-03-05T12:00');
  await bench.serveUntil('2026-03-06T12:00', { store });
  expect(bench.log).toEqual(['2026-03-05 12:00 state', '2026-03-05 23:45 schedule']);
  expect(await store.read()).toMatchObject({ handled: '2026-03-05T22:45:00Z' });
});

test('two services never run one system, and a backup runs beside the service', async () => {
  await using folder = await temporaryFolder();
  const of = (systemId: string, purpose: string) => ({
    stateFolder: folder.path,
    systemId,
    purpose,
    clock: settableClock(),
  });
  await using _service = await takeLock({ ...of('one', 'the service'), scope: 'service' });
  await expect(takeLock({ ...of('one', 'the service'), scope: 'service' })).rejects.toMatchObject({
    code: 'system-locked',
    message: `cannot start the service: the service has been running since 2026-04-10T21:45:00Z (process ${process.pid}); nothing was changed`,
  });
  await using _other = await takeLock({ ...of('two', 'the service'), scope: 'service' });
  expect(await lockHolder(of('one', 'a scheduled backup'))).toBeUndefined();
  await using _run = await takeLock(of('one', 'a restore'));
  expect(await lockHolder(of('one', 'a scheduled backup'))).toContain('a restore has been running since');
});
