import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { alarmsOf } from '#notify/alarms-of.ts';
import { LifeboatError } from '#platform/errors.ts';
import { runWatch } from '#watch/run-watch.ts';
import { type WatchParts, watchAge } from '#watch/watch-age.ts';
import { NEVER } from '../../fakes/backup-parts.ts';
import { type SettableClock, settableClock } from '../../fakes/settable-clock.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { keepingChannel, testNotifier } from '../../fakes/test-notifier.ts';

const DAY = 86_400;

/** The archives of a system, as far as the watch sees them. */
interface Place {
  good: string | undefined;
  broken?: Error;
}

/** One start of a program that looks once, tells, and ends. */
async function look(folder: string, clock: SettableClock, place: Place) {
  const channel = keepingChannel();
  using notifier = await testNotifier(folder, clock, [channel]);
  const parts: WatchParts = {
    clock,
    limit: () => DAY,
    change: notifier.change,
    async readLastGood() {
      if (place.broken) throw place.broken;
      return { at: place.good ? Temporal.Instant.from(place.good) : undefined, ahead: 0 };
    },
  };
  const watched = await watchAge(parts, NEVER);
  await notifier.deliver(NEVER);
  return { watched, sent: channel.sent, told: notifier.told, alarms: alarmsOf(notifier.memory()) };
}

test('[LB-10] the alarm is raised although no run has been, once, also over restarts, and taken back once', async () => {
  await using folder = await temporaryFolder();
  const clock = settableClock('2026-04-10T00:00:00Z');
  const place: Place = { good: '2026-04-09T12:00:00Z' };
  expect((await look(folder.path, clock, place)).sent).toEqual([]);
  clock.pass(DAY);
  const raised = await look(folder.path, clock, place);
  expect(raised.sent).toMatchObject([
    { kind: 'too-old', title: 'Door Control: ALARM: the last good backup is too old' },
  ]);
  expect(raised.sent[0]?.message).toBe(
    'the last good backup is 36 hours old (2026-04-09T12:00:00Z), 24 hours are allowed',
  );
  expect(raised.told[0]).toBe(`ALARM too-old: ${raised.sent[0]?.message}`);
  expect(raised.alarms).toMatchObject([{ kind: 'too-old', since: '2026-04-11T00:00:00Z' }]);
  for (let start = 0; start < 5; start += 1) {
    clock.pass(DAY / 2);
    const later = await look(folder.path, clock, place);
    expect(later.sent).toEqual([]);
    expect(later.watched.tooOld).toContain('the last good backup is');
  }
  place.good = '2026-04-13T11:00:00Z';
  const over = await look(folder.path, clock, place);
  expect(over.sent).toMatchObject([{ kind: 'recovered' }]);
  expect(over.alarms).toEqual([]);
  expect((await look(folder.path, clock, place)).sent).toEqual([]);
  clock.pass(2 * DAY);
  expect((await look(folder.path, clock, place)).sent).toMatchObject([{ kind: 'too-old' }]);
});

test('[LB-10] a service that was off for a month raises it with its first look', async () => {
  await using folder = await temporaryFolder();
  const clock = settableClock('2026-04-10T00:00:00Z');
  await look(folder.path, clock, { good: '2026-04-09T23:00:00Z' });
  clock.pass(30 * DAY);
  expect((await look(folder.path, clock, { good: '2026-04-09T23:00:00Z' })).sent).toMatchObject([
    { kind: 'too-old', message: expect.stringContaining('30 days old') },
  ]);
});

test('[LB-10] with its disk gone, and with its archives gone', async () => {
  await using folder = await temporaryFolder();
  const clock = settableClock('2026-04-10T00:00:00Z');
  const broken = new LifeboatError('destination-missing', 'the backup path /backup does not exist');
  await look(folder.path, clock, { good: '2026-04-09T23:00:00Z' });
  expect((await look(folder.path, clock, { good: undefined, broken })).sent).toEqual([]);
  clock.pass(DAY);
  expect((await look(folder.path, clock, { good: undefined, broken })).sent[0]?.message).toContain(
    '25 hours old (2026-04-09T23:00:00Z), 24 hours are allowed; the backup path cannot be read: the backup path',
  );
  expect((await look(folder.path, clock, { good: '2026-04-10T23:30:00Z' })).sent).toMatchObject([
    { kind: 'recovered' },
  ]);
  clock.pass(60);
  expect((await look(folder.path, clock, { good: undefined })).sent).toMatchObject([
    { kind: 'too-old', message: 'there is no good backup any more' },
  ]);
});

test('[LB-10] a run that ends well takes the alarm back itself, and nobody is told twice', async () => {
  await using folder = await temporaryFolder();
  const clock = settableClock('2026-04-10T00:00:00Z');
  await look(folder.path, clock, { good: '2026-04-01T00:00:00Z' });
  const channel = keepingChannel();
  {
    using notifier = await testNotifier(folder.path, clock, [channel]);
    const ended = { state: 'done', code: 'done', startedAt: clock.now().toString(), durationMs: 1 };
    await notifier.runEnded({ operation: 'backup', message: 'a.zip written', ...ended });
    await notifier.deliver(NEVER);
  }
  expect(channel.sent).toMatchObject([{ kind: 'recovered' }]);
  expect((await look(folder.path, clock, { good: '2026-04-10T00:00:00Z' })).sent).toEqual([]);
});

test('[LB-10] the watch looks at once, and ends with the signal', async () => {
  const stop = new AbortController();
  let looks = 0;
  const watching = runWatch(async () => {
    looks += 1;
  }, stop.signal);
  await sleep(50);
  expect(looks).toBe(1);
  stop.abort();
  await watching;
  expect(looks).toBe(1);
});
