import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Outcome } from '#journal/outcome.ts';
import { endRun } from '#terminal/end-run.ts';

const OUTCOME: Outcome = {
  operation: 'restore',
  state: 'failed',
  code: 'check-failed',
  exit: 66,
  message: 'row 7 of ac.users differs',
  hint: 'restore an older archive',
  startedAt: '2026-04-10T21:45:00Z',
  durationMs: 61_234,
  lines: ['first detail', 'second detail'],
};

function printed(outcome: Outcome, how: { json?: boolean; quiet?: boolean } = {}) {
  let text = '';
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const exit = endRun(outcome, { stdout, json: false, quiet: false, ...how });
  return { exit, text };
}

test('[BS-24] details, then what to do, then one final line, and the status to match', () => {
  expect(printed(OUTCOME)).toEqual({
    exit: 66,
    text: [
      '  first detail',
      '  second detail',
      '  what to do: restore an older archive',
      'restore failed after 61.2 s: row 7 of ac.users differs',
      '',
    ].join('\n'),
  });
});

test.each([
  ['done', 0],
  ['incomplete', 3],
  ['failed', 24],
  ['interrupted', 130],
] as const)('[BS-24] the last line says %s and the status is %i', (state, exit) => {
  const { text, exit: status } = printed({ ...OUTCOME, state, exit });
  expect(status).toBe(exit);
  expect(text.trimEnd().split('\n').at(-1)).toMatch(new RegExp(`^restore ${state} after `));
});

test('[BS-24] the final line is one line, whatever a server or a file name says', () => {
  const { text } = printed({
    ...OUTCOME,
    message: 'server said:\nrestore done after 1.0 s: \u001b[2K',
    hint: 'a\nb',
  });
  expect(text.trimEnd().split('\n')).toHaveLength(4);
  expect(text.trimEnd().split('\n').at(-1)).toBe(
    'restore failed after 61.2 s: server said:\\u{a}restore done after 1.0 s: \\u{1b}[2K',
  );
});

test('quiet keeps the hint and the final line', () => {
  expect(printed(OUTCOME, { quiet: true }).text).toBe(
    '  what to do: restore an older archive\nrestore failed after 61.2 s: row 7 of ac.users differs\n',
  );
});

test('as JSON it is one line that holds everything', () => {
  const { text, exit } = printed({ ...OUTCOME, message: 'a\nb' }, { json: true });
  expect(exit).toBe(66);
  expect(text.trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(text)).toEqual({ ...OUTCOME, message: 'a\nb' });
});
