import { expect, test } from 'vitest';
import type { Channel, Notice, NoticeKind } from '#notify/notice.ts';
import { openOutbox } from '#notify/open-outbox.ts';
import { NEVER } from '../../fakes/backup-parts.ts';
import { settableClock } from '../../fakes/settable-clock.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { keepingChannel, testNotifier } from '../../fakes/test-notifier.ts';

const NOW = Temporal.Instant.from('2026-04-10T21:45:00Z');
const EVERY = 900;

function channel(id: string, on: (kind: NoticeKind) => boolean = () => true): Channel {
  return { id, wants: on, latestOnly: false, waits: [60], timeLimit: 10, send: async () => [] };
}

function ofTenant(name: string, kind: NoticeKind = 'failure', at = NOW): Notice {
  const system = { id: `id of ${name}`, name: `${name} (tenant of Fleet)` };
  const service = { id: 'fleet', name: 'Fleet' };
  const id = `${name} ${at} ${kind}`;
  return {
    id,
    kind,
    at: at.toString(),
    system,
    service,
    host: 'h',
    title: `${system.name}: ${kind}`,
    message: `why ${name}`,
  };
}

const MAIL = channel('mail a');

test('20 tenants break in one night: two messages on each channel, in which each of them is named once', async () => {
  await using folder = await temporaryFolder();
  const sent: Notice[] = [];
  for (let second = 0; second < 3600; second += 5) {
    // Another process each time: what is gathered lies on the disk.
    using outbox = await openOutbox(folder.path, 'x');
    const now = NOW.add({ seconds: second });
    if (second < 300 && second % 15 === 0) {
      outbox.gather([ofTenant(`t${second / 15}`)], [MAIL], { every: EVERY, now });
      outbox.gather([ofTenant(`t${second / 15}`)], [MAIL], { every: EVERY, now });
    }
    for (const delivery of outbox.take([MAIL], now)) {
      sent.push(delivery.notice);
      outbox.sent(delivery);
    }
  }
  expect(sent.map(({ title }) => title)).toEqual(['Fleet: tenants: 5 failure', 'Fleet: tenants: 15 failure']);
  const named = sent.flatMap(({ gathered }) => gathered?.map(({ system }) => system.id) ?? []);
  expect(named.toSorted()).toEqual(Array.from({ length: 20 }, (_, index) => `id of t${index}`).toSorted());
  expect(sent[0]).toMatchObject({ kind: 'failure', system: { id: 'fleet' } });
  expect(sent[0]?.message).toContain('t3 (tenant of Fleet): failure: why t3');
});

test('the first is told within a minute, and one that is alone as it is', async () => {
  await using folder = await temporaryFolder();
  using outbox = await openOutbox(folder.path, 'x');
  outbox.gather([ofTenant('acme')], [MAIL], { every: EVERY, now: NOW });
  expect(outbox.take([MAIL], NOW.add({ seconds: 59 }))).toEqual([]);
  const [delivery] = outbox.take([MAIL], NOW.add({ seconds: 60 }));
  expect(delivery?.notice).toEqual(ofTenant('acme'));
  if (delivery) outbox.failed(delivery, 60, NOW.add({ seconds: 60 }));
  expect(outbox.take([MAIL], NOW.add({ seconds: 120 }))).toMatchObject([
    { attempt: 2, notice: { id: ofTenant('acme').id } },
  ]);
});

test('a channel gets of many what it asked for, the worst first, a hundred by name', async () => {
  await using folder = await temporaryFolder();
  using outbox = await openOutbox(folder.path, 'x');
  const alarms = channel('webhook alarms', (kind) => kind === 'alert' || kind === 'too-old');
  const many = Array.from({ length: 150 }, (_, index) => ofTenant(`t${index}`));
  const notices = [
    ofTenant('well', 'recovered'),
    ...many,
    ofTenant('old', 'too-old'),
    ofTenant('bad', 'alert'),
  ];
  outbox.gather(notices, [MAIL, alarms], { every: EVERY, now: NOW });
  const [all, few] = outbox.take([MAIL, alarms], NOW.add({ minutes: 1 })).map(({ notice }) => notice);
  expect(few).toMatchObject({ kind: 'alert', title: 'Fleet: tenants: 1 alert, 1 too-old' });
  expect(all?.title).toBe('Fleet: tenants: 1 alert, 1 too-old, 150 failure, 1 recovered');
  expect(all?.gathered).toHaveLength(100);
  expect(all?.message.split('\n').at(-1)).toBe('and 53 more');
});

test('the same message is sent again, whatever has come since; what has come is in the next', async () => {
  await using folder = await temporaryFolder();
  using outbox = await openOutbox(folder.path, 'x');
  outbox.gather([ofTenant('a'), ofTenant('b')], [MAIL], { every: EVERY, now: NOW });
  const at = NOW.add({ minutes: 1 });
  const [first] = outbox.take([MAIL], at);
  if (first) outbox.failed(first, 60, at);
  outbox.gather([ofTenant('c')], [MAIL], { every: EVERY, now: at });
  const [again] = outbox.take([MAIL], at.add({ minutes: 1 }));
  expect(again?.notice).toEqual(first?.notice);
  if (again) outbox.sent(again);
  expect(outbox.take([MAIL], at.add({ minutes: 14 }))).toEqual([]);
  expect(outbox.take([MAIL], at.add({ minutes: 15 }))).toMatchObject([{ notice: { id: ofTenant('c').id } }]);
});

test('of thousands that wait for a mail server none is forgotten', async () => {
  await using folder = await temporaryFolder();
  using outbox = await openOutbox(folder.path, 'x');
  const put = (from: number, now: Temporal.Instant) => {
    const notices = Array.from({ length: 1000 }, (_, index) => ofTenant(`t${from + index}`, 'failure', now));
    outbox.gather(notices, [MAIL], { every: EVERY, now });
  };
  put(0, NOW);
  const [first] = outbox.take([MAIL], NOW.add({ minutes: 1 }));
  if (first) outbox.failed(first, 1800, NOW.add({ minutes: 1 }));
  put(1000, NOW.add({ minutes: 2 }));
  put(2000, NOW.add({ minutes: 3 }));
  const [second] = outbox.take([MAIL], NOW.add({ minutes: 16 }));
  expect(second?.notice.title).toBe('Fleet: tenants: 2000 failure');
  if (second) outbox.sent(second);
  const [again] = outbox.take([MAIL], NOW.add({ minutes: 31 }));
  expect(again?.notice.title).toBe('Fleet: tenants: 1000 failure');
});

test('a clock that was ahead at the last message does not put the next one off', async () => {
  await using folder = await temporaryFolder();
  using outbox = await openOutbox(folder.path, 'x');
  const ahead = NOW.add({ hours: 24 * 365 });
  outbox.gather([ofTenant('a')], [MAIL], { every: EVERY, now: ahead });
  for (const delivery of outbox.take([MAIL], ahead.add({ minutes: 1 }))) outbox.sent(delivery);
  outbox.gather([ofTenant('b')], [MAIL], { every: EVERY, now: NOW });
  expect(outbox.take([MAIL], NOW.add({ minutes: 1 }))).toHaveLength(1);
});

test('what a service says of itself waits for no gathering; monitors hear of no tenant', async () => {
  await using folder = await temporaryFolder();
  const clock = settableClock();
  const chat = keepingChannel();
  const monitor = { ...keepingChannel(), id: 'ping m', latestOnly: true };
  using notifier = await testNotifier(folder.path, clock, [chat, monitor], { gatherEvery: EVERY });
  notifier.relay([ofTenant('acme')]);
  await notifier.raise({ id: 'own', message: 'the service' });
  await notifier.deliver(NEVER);
  expect(chat.sent.map(({ id }) => id)).toEqual(['own']);
  clock.pass(60);
  await notifier.deliver(NEVER);
  expect(chat.sent[1]).toMatchObject({ id: ofTenant('acme').id, service: { name: 'Door Control' } });
  expect(monitor.sent.map(({ id }) => id)).toEqual(['own']);
});
