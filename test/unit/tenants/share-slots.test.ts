import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Slot, type Slots, shareSlots } from '../../../apps/service/tenants/share-slots.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new AbortController().signal;

describe('slots', () => {
  test('no more run at once than may, in the order of their coming', async () => {
    const bench = benchOf({ atOnce: 2 });
    for (const tenant of ['a', 'b', 'c', 'd']) bench.ask(tenant);
    expect(await bench.running()).toEqual(['a', 'b']);
    bench.end('b');
    expect(await bench.running()).toEqual(['a', 'c']);
    bench.end('a');
    bench.end('c');
    expect(await bench.running()).toEqual(['d']);
  });

  test('who is asked for by a person goes before the schedule, within the same number', async () => {
    const bench = benchOf({ atOnce: 1 });
    for (const tenant of ['a', 'b', 'c']) bench.ask(tenant);
    bench.ask('person', { first: true });
    expect(await bench.running()).toEqual(['a']);
    bench.end('a');
    expect(await bench.running()).toEqual(['person']);
    bench.end('person');
    expect(await bench.running()).toEqual(['b']);
  });

  test('a tenant that asks again and again has no second turn before each who waits has had one', async () => {
    const bench = benchOf({ atOnce: 1 });
    bench.ask('eager', { first: true });
    for (const tenant of ['a', 'b']) bench.ask(tenant);
    const order: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const [tenant = ''] = await bench.running();
      order.push(tenant);
      if (tenant === 'eager') bench.ask('eager', { first: true });
      bench.end(tenant);
    }
    expect(order).toEqual(['eager', 'a', 'b', 'eager']);
  });

  test('a tenant that runs already keeps no slot waiting for itself', async () => {
    const bench = benchOf({ atOnce: 2 });
    for (const tenant of ['a', 'a', 'b']) bench.ask(tenant);
    expect(await bench.running()).toEqual(['a', 'b']);
    bench.end('a');
    expect(await bench.running()).toEqual(['b', 'a']);
  });
});

describe('runs that stand still', () => {
  test('give their slot to others after a while, and go on', async () => {
    const bench = benchOf({ atOnce: 1 });
    for (const tenant of ['stuck', 'a']) bench.ask(tenant);
    await vi.advanceTimersByTimeAsync(4_900);
    expect(await bench.running()).toEqual(['stuck']);
    await vi.advanceTimersByTimeAsync(200);
    expect(await bench.running()).toEqual(['stuck', 'a']);
  });

  test('keep it while they get on, and where nobody waits', async () => {
    const bench = benchOf({ atOnce: 1 });
    for (const tenant of ['slow', 'a']) bench.ask(tenant);
    for (let second = 0; second < 20; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      bench.progress('slow');
    }
    expect(await bench.running()).toEqual(['slow']);
    bench.end('slow');
    await vi.advanceTimersByTimeAsync(60_000);
    bench.ask('b');
    expect(await bench.running()).toEqual(['a', 'b']);
  });

  test('only so many of them stand aside, and none spins meanwhile', async () => {
    const bench = benchOf({ atOnce: 1, aside: 3 });
    for (const tenant of ['a', 'b', 'c', 'd', 'e', 'f']) bench.ask(tenant);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(await bench.running()).toEqual(['a', 'b', 'c', 'd']);
    expect(vi.getTimerCount()).toBe(0);
    bench.end('b');
    await vi.advanceTimersByTimeAsync(1);
    expect(await bench.running()).toEqual(['a', 'c', 'd', 'e']);
  });
});

test('who stops waiting leaves the queue', async () => {
  const bench = benchOf({ atOnce: 1 });
  const stop = new AbortController();
  bench.ask('a');
  const waiting = bench.slots.take('b', { first: false }, stop.signal);
  bench.ask('c');
  stop.abort(new Error('told to end'));
  await expect(waiting).rejects.toThrow('told to end');
  bench.end('a');
  expect(await bench.running()).toEqual(['c']);
});

function benchOf(limits: { atOnce: number; aside?: number }) {
  const slots: Slots = shareSlots({
    aside: 32,
    patienceMs: 5_000,
    elapsed: () => vi.getMockedSystemTime()?.getTime() ?? 0,
    ...limits,
  });
  const held: [string, Slot][] = [];
  const slotOf = (tenant: string) => held.find(([name]) => name === tenant) ?? expect.fail(tenant);
  return {
    slots,
    ask(tenant: string, { first = false } = {}) {
      void slots.take(tenant, { first }, never).then((slot) => held.push([tenant, slot]));
    },
    end(tenant: string) {
      const own = slotOf(tenant);
      held.splice(held.indexOf(own), 1);
      own[1][Symbol.dispose]();
    },
    progress: (tenant: string) => slotOf(tenant)[1].progressed(),
    async running() {
      await vi.advanceTimersByTimeAsync(0);
      return held.map(([tenant]) => tenant);
    },
  };
}
