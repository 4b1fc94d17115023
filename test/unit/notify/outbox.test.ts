import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { NOTHING_YET } from '#notify/memory.ts';
import type { Channel, Notice, NoticeKind } from '#notify/notice.ts';
import { type Outbox, openOutbox } from '#notify/open-outbox.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const NOW = Temporal.Instant.from('2026-04-10T21:45:00Z');

function channel(id: string, more: Partial<Channel> = {}): Channel {
  return {
    id,
    wants: () => true,
    latestOnly: false,
    waits: [60],
    timeLimit: 10,
    send: async () => [],
    ...more,
  };
}

function notice(id: string, kind: NoticeKind = 'failure'): Notice {
  const system = { id: '0190-door', name: 'Door' };
  return { id, kind, at: NOW.toString(), system, host: 'h', title: 't', message: 'm' };
}

function put(outbox: Outbox, channels: Channel[], ...notices: Notice[]): void {
  outbox.update((memory) => ({ memory, notices }), channels);
}

const A = channel('webhook a');
const B = channel('webhook b');

test('an event is put in once, whatever opens the outbox again', async () => {
  await using folder = await temporaryFolder();
  for (let start = 0; start < 3; start += 1) {
    using outbox = await openOutbox(folder.path, 'x');
    put(outbox, [A, B], notice('one'), notice('one'));
    put(outbox, [A], notice('one'));
  }
  using outbox = await openOutbox(folder.path, 'x');
  const taken = outbox.take([A, B], NOW);
  expect(taken.map((delivery) => [delivery.channel.id, delivery.notice.id, delivery.attempt])).toEqual([
    ['webhook a', 'one', 1],
    ['webhook b', 'one', 1],
  ]);
  for (const delivery of taken) outbox.sent(delivery);
  expect(outbox.take([A, B], NOW.add({ hours: 1 }))).toEqual([]);
  expect(outbox.nextDue([A, B])).toBeUndefined();
});

test('a channel gets one at a time, in order; what it failed to send is due again after the wait', async () => {
  await using folder = await temporaryFolder();
  using outbox = await openOutbox(folder.path, 'x');
  put(outbox, [A], notice('one'), notice('two'));
  const [first] = outbox.take([A], NOW);
  expect(first?.notice.id).toBe('one');
  expect(outbox.take([A], NOW)).toEqual([]);
  if (first) outbox.failed(first, 60, NOW);
  const [second] = outbox.take([A], NOW);
  expect(second?.notice.id).toBe('two');
  if (second) outbox.sent(second);
  expect(outbox.nextDue([A])).toEqual(NOW.add({ seconds: 60 }));
  expect(outbox.take([A], NOW.add({ seconds: 59 }))).toEqual([]);
  const [again] = outbox.take([A], NOW.add({ seconds: 60 }));
  expect(again).toMatchObject({ attempt: 2, notice: { id: 'one' } });
  if (again) outbox.failed(again, undefined, NOW);
  expect(outbox.take([A], NOW.add({ hours: 2 }))).toEqual([]);
  expect(outbox.recent(5)).toMatchObject([
    { notice: 'two', state: 'sent', attempts: 1 },
    { notice: 'one', state: 'given up', attempts: 2 },
  ]);
});

test('what a killed program had taken is due again once its time is over, and not before', async () => {
  await using folder = await temporaryFolder();
  {
    using outbox = await openOutbox(folder.path, 'x');
    put(outbox, [A], notice('one'));
    expect(outbox.take([A], NOW)).toHaveLength(1);
  }
  using outbox = await openOutbox(folder.path, 'x');
  expect(outbox.take([A], NOW.add({ seconds: 69 }))).toEqual([]);
  expect(outbox.take([A], NOW.add({ seconds: 70 }))).toMatchObject([{ attempt: 2 }]);
});

test('two programs at once: each notice is taken by one of them', async () => {
  await using folder = await temporaryFolder();
  using one = await openOutbox(folder.path, 'x');
  using two = await openOutbox(folder.path, 'x');
  put(one, [A], notice('one'));
  put(two, [A], notice('one'));
  expect([...one.take([A], NOW), ...two.take([A], NOW)]).toHaveLength(1);
});

test('a monitor gets only the newest; one that is on its way is not overtaken', async () => {
  await using folder = await temporaryFolder();
  using outbox = await openOutbox(folder.path, 'x');
  const monitor = channel('ping m', { latestOnly: true });
  put(outbox, [monitor], notice('one'));
  put(outbox, [monitor], notice('two'));
  const [two] = outbox.take([monitor], NOW);
  expect(two?.notice.id).toBe('two');
  put(outbox, [monitor], notice('three'));
  expect(outbox.take([monitor], NOW)).toEqual([]);
  if (two) outbox.failed(two, 5, NOW);
  expect(outbox.take([monitor], NOW)).toMatchObject([{ notice: { id: 'three' } }]);
  expect(outbox.take([monitor], NOW.add({ seconds: 30 }))).toEqual([]);
});

test('a channel gets only what it asked for', async () => {
  await using folder = await temporaryFolder();
  using outbox = await openOutbox(folder.path, 'x');
  const alarms = channel('webhook c', { wants: (kind) => kind === 'alert' });
  put(outbox, [A, alarms], notice('one', 'success'), notice('two', 'alert'));
  expect(outbox.take([alarms], NOW)).toMatchObject([{ notice: { id: 'two' } }]);
});

test('a change that fails changes nothing', async () => {
  await using folder = await temporaryFolder();
  using outbox = await openOutbox(folder.path, 'x');
  expect(() =>
    outbox.update(() => {
      throw new Error('in between');
    }, [A]),
  ).toThrow('in between');
  const broken = channel('webhook d', {
    wants: () => {
      throw new Error('asked');
    },
  });
  const change = () => ({ memory: { failures: 3 }, notices: [notice('one')] });
  expect(() => outbox.update(change, [A, broken])).toThrow('asked');
  expect(outbox.memory()).toEqual(NOTHING_YET);
  expect(outbox.take([A], NOW)).toEqual([]);
});

test('a clock that was years ahead once does not keep notices for years', async () => {
  await using folder = await temporaryFolder();
  using outbox = await openOutbox(folder.path, 'x');
  put(outbox, [A], notice('one'));
  const [taken] = outbox.take([A], NOW.add({ hours: 24 * 3650 }));
  if (taken) outbox.failed(taken, 60, NOW.add({ hours: 24 * 3650 }));
  expect(outbox.take([A], NOW)).toHaveLength(1);
});

test('years of runs: the outbox stays small', async () => {
  await using folder = await temporaryFolder();
  {
    using outbox = await openOutbox(folder.path, 'x');
    const many = Array.from({ length: 3000 }, (_, index) => notice(`run ${index}`));
    for (let at = 0; at < many.length; at += 100) put(outbox, [A], ...many.slice(at, at + 100));
  }
  expect((await stat(folder.file('notify/x.sqlite'))).size).toBeLessThan(500_000);
});

test('an outbox that is damaged is put aside; it is private from its creation', async () => {
  await using folder = await temporaryFolder();
  const path = folder.file('notify/x.sqlite');
  (await openOutbox(folder.path, 'x'))[Symbol.dispose]();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await writeFile(path, 'this is no database, whatever its name says '.repeat(200));
  using outbox = await openOutbox(folder.path, 'x');
  put(outbox, [A], notice('one'));
  expect(outbox.take([A], NOW)).toHaveLength(1);
  expect(await readdir(folder.file('notify'))).toContain('x.sqlite.damaged');
  expect(await readFile(`${path}.damaged`, 'utf8')).toContain('this is no database');
});
