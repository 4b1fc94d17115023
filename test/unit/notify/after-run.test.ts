import { describe, expect, test } from 'vitest';
import { afterRun } from '#notify/after-run.ts';
import { alarmsOf } from '#notify/alarms-of.ts';
import type { EndedBackup } from '#notify/ended-backup.ts';
import { type Memory, NOTHING_YET, parseMemory } from '#notify/memory.ts';

let hour = 0;

function run(state: string, more: Partial<EndedBackup> = {}): EndedBackup {
  hour += 1;
  const startedAt = Temporal.Instant.from('2026-04-10T00:00:00Z').add({ hours: hour }).toString();
  const code = { done: 'done', skipped: 'skipped', failed: 'space-low' }[state] ?? state;
  return { operation: 'backup', state, code, startedAt, durationMs: 1, message: `it is ${state}`, ...more };
}

/** What is told of runs that end so, one after the other, and what is remembered then. */
function tell(runs: EndedBackup[], memory: Memory = NOTHING_YET): { kinds: string[]; memory: Memory } {
  const kinds: string[] = [];
  let now = memory;
  for (const one of runs) {
    const after = afterRun(one, now);
    // As on disk between two programs.
    now = parseMemory(JSON.stringify(after.memory));
    if (after.event !== undefined) kinds.push(after.event.kind);
  }
  return { kinds, memory: now };
}

describe('[FD-08] failures', () => {
  test('[FD-08] the second in a row is an alarm with the cause, and so is each that follows', () => {
    const first = tell([run('done'), run('failed')]);
    expect(first.kinds).toEqual(['success', 'failure']);
    expect(alarmsOf(first.memory)).toEqual([]);
    const failing = run('failed', { message: 'the backup path /backup is full' });
    const { event, memory } = afterRun(failing, first.memory);
    expect(event).toMatchObject({
      kind: 'alert',
      message: 'backups failed 2 times in a row: the backup path /backup is full',
    });
    expect(alarmsOf(memory)).toEqual([
      {
        kind: 'alert',
        since: failing.startedAt,
        message: expect.stringContaining('/backup is full'),
        code: 'space-low',
        facts: { failures: 2 },
      },
    ]);
    const third = tell([run('failed')], memory);
    expect(third.kinds).toEqual(['alert']);
    expect(alarmsOf(third.memory)).toMatchObject([{ since: failing.startedAt }]);
  });

  test('[FD-08] a backup that ends well ends the row and the alarm, and is told as recovered', () => {
    const { kinds, memory } = tell([run('failed'), run('failed'), run('done'), run('done'), run('failed')]);
    expect(kinds).toEqual(['failure', 'alert', 'recovered', 'success', 'failure']);
    expect(alarmsOf(memory)).toEqual([]);
  });

  test('[FD-08] incomplete and interrupted runs, and skipped ones, neither count nor end the row', () => {
    const lasting = [run('incomplete'), run('interrupted'), run('skipped', { code: 'not-confirmed' })];
    expect(tell([run('failed'), ...lasting, run('failed')]).kinds).toEqual([
      'failure',
      'incomplete',
      'interrupted',
      'alert',
    ]);
  });

  test('[TN-12] a good archive whose copy is missing is told as incomplete, and ends a row of failures', () => {
    const missing = run('incomplete', { code: 'copy-missing' });
    const { kinds, memory } = tell([run('failed'), run('failed'), missing]);
    expect(kinds).toEqual(['failure', 'alert', 'incomplete']);
    expect(alarmsOf(memory)).toEqual([]);
    expect(tell([run('failed')], memory).kinds).toEqual(['failure']);
    expect(tell([run('done')], memory).kinds).toEqual(['recovered']);
  });

  test('[FD-09] the end of automatic backups is an alarm, whatever was before', () => {
    const stopped = tell([run('failed', { code: 'automatic-stopped' })]);
    expect(stopped.kinds).toEqual(['alert']);
    expect(alarmsOf(stopped.memory)).toHaveLength(1);
  });
});

test('a run that is told of again says nothing more', () => {
  const failing = run('failed');
  expect(tell([failing, failing, failing]).kinds).toEqual(['failure']);
});

test('recovered says what was; nothing has changed is as good as a good backup', () => {
  const bad = run('incomplete', { message: 'the licence is missing' });
  const { memory } = tell([bad]);
  const { event } = afterRun(run('skipped'), memory);
  expect(event?.kind).toBe('recovered');
  expect(event?.message).toContain(`since ${bad.startedAt}: the licence is missing`);
  expect(tell([run('skipped')]).kinds).toEqual(['unchanged']);
  const last = run('skipped');
  expect(tell([last]).memory.unchangedAt).toBe(last.startedAt);
});

test('a memory that cannot be read is begun anew', () => {
  for (const text of ['', '{', '[]', '{"failures":-1}', '{"failures":1,"bad":3}']) {
    expect(parseMemory(text)).toEqual(NOTHING_YET);
  }
});
