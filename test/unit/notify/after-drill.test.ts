import { expect, test } from 'vitest';
import { afterDrill } from '#notify/after-drill.ts';
import { alarmsOf } from '#notify/alarms-of.ts';
import { type Memory, NOTHING_YET } from '#notify/memory.ts';

const RUN = { operation: 'drill', startedAt: '2026-04-10T21:45:00Z', durationMs: 5, message: 'm' };
const green = { ...RUN, state: 'done', code: 'done' };
const red = { ...RUN, state: 'failed', code: 'archive-damaged' };

test('[LB-12] each red drill is told, and is an alarm until one is green', () => {
  const first = afterDrill(red, NOTHING_YET);
  expect(first.event).toMatchObject({ kind: 'drill-failed', message: 'm' });
  expect(alarmsOf(first.memory)).toEqual([{ kind: 'drill-failed', since: RUN.startedAt, message: 'm' }]);
  const second = afterDrill({ ...red, startedAt: '2026-04-11T21:45:00Z' }, first.memory);
  expect(second.event).toMatchObject({ kind: 'drill-failed' });
  expect(alarmsOf(second.memory)).toMatchObject([{ since: RUN.startedAt }]);
  const third = afterDrill(green, second.memory);
  expect(third.event).toMatchObject({ kind: 'drill-passed' });
  expect(alarmsOf(third.memory)).toEqual([]);
});

test('green after green, a stop and a locked system say nothing and change nothing', () => {
  const alarmed: Memory = { failures: 0, drill: { since: RUN.startedAt, message: 'm' } };
  expect(afterDrill(green, NOTHING_YET)).toEqual({ memory: NOTHING_YET });
  for (const run of [
    { ...red, state: 'interrupted', code: 'interrupted' },
    { ...red, code: 'system-locked' },
    { ...red, code: 'restore-open' },
  ]) {
    expect(afterDrill(run, alarmed)).toEqual({ memory: alarmed });
  }
});
