import { mkdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Journal, openJournal } from '#journal/journal.ts';
import type { Outcome } from '#journal/outcome.ts';
import { outcomeNumber } from '#journal/outcome-number.ts';
import { recordRun } from '#journal/record-run.ts';
import type { RunResult } from '#journal/run-result.ts';
import { ERRORS, type ErrorCode, LifeboatError } from '#platform/errors.ts';
import { settableClock } from '../../fakes/settable-clock.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

interface Recorded {
  outcome: Outcome;
  journal: string[];
}

/** A run that takes 2.5 seconds, journaled in a real journal. */
async function record(
  run: (stop: (reason: Error) => void) => Promise<RunResult>,
  journalIn?: (folder: string) => Promise<Journal>,
): Promise<Recorded> {
  await using folder = await temporaryFolder();
  const clock = settableClock();
  const journal = (await journalIn?.(folder.path)) ?? openJournal(folder.path, clock);
  const stop = new AbortController();
  const outcome = await recordRun('backup', { clock, journal, signal: stop.signal }, async () => {
    clock.pass(2.5);
    return await run((reason) => stop.abort(reason));
  });
  const text = await readFile(openJournal(folder.path, clock).path, 'utf8').catch(() => '');
  return {
    outcome,
    journal: text
      .split('\n')
      .slice(0, -1)
      .map((line) => line.slice(21)),
  };
}

const fail = (error: unknown) => async () => {
  throw error;
};

test('[BS-24] done: status 0, the start and the end in the journal', async () => {
  const { outcome, journal } = await record(async () => ({
    state: 'done',
    message: 'a.zip written',
    archive: 'a.zip',
    lines: ['lock held 3 ms'],
  }));
  expect(outcome).toEqual({
    operation: 'backup',
    state: 'done',
    code: 'done',
    exit: 0,
    message: 'a.zip written',
    archive: 'a.zip',
    startedAt: '2026-04-10T21:45:00Z',
    durationMs: 2500,
    lines: ['lock held 3 ms'],
  });
  expect(journal).toEqual([
    'backup: started',
    'backup: lock held 3 ms',
    'backup: done (done) after 2.5 s: a.zip written',
  ]);
});

test('[BS-24] incomplete: its own status, never that of done', async () => {
  const { outcome, journal } = await record(async () => ({ state: 'incomplete', message: 'm', lines: [] }));
  expect(outcome).toMatchObject({ state: 'incomplete', code: 'incomplete', exit: 3 });
  expect(journal.at(-1)).toBe('backup: incomplete (incomplete) after 2.5 s: m');
});

test('[BS-24] failed: message and hint of the error, and the status of its code, for every code there is', async () => {
  for (const [code, { exit }] of Object.entries(ERRORS) as [ErrorCode, { exit: number }][]) {
    const error = new LifeboatError(code, 'what went wrong', { hint: 'what to do' });
    const { outcome, journal } = await record(fail(error));
    // Where nobody said yes, nothing went wrong and nothing was done.
    const state = code === 'not-confirmed' ? 'skipped' : 'failed';
    expect(outcome).toMatchObject({
      state,
      code,
      exit,
      message: 'what went wrong',
      hint: 'what to do',
    });
    expect(exit).not.toBe(0);
    const number = outcomeNumber(code);
    const why = number > 1000 ? `${code}, ${number}` : code;
    expect(journal.at(-1)).toBe(`backup: ${state} (${why}) after 2.5 s: what went wrong`);
  }
});

test('[BS-24] no two ends have the same status', () => {
  const statuses = [0, ...Object.values(ERRORS).map(({ exit }) => exit)];
  expect(new Set(statuses).size).toBe(statuses.length);
  expect(statuses.every((status) => Number.isInteger(status) && status >= 0 && status <= 255)).toBe(true);
});

test('[BS-24] errors that no part gave words to end as failed too, with the reason', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  expect((await record(fail(full))).outcome).toMatchObject({ state: 'failed', code: 'space-low', exit: 23 });
  const refused = Object.assign(new Error('EROFS: read-only file system, open x'), { code: 'EROFS' });
  expect((await record(fail(refused))).outcome).toMatchObject({ code: 'write-failed' });
  for (const odd of [new TypeError('x is undefined'), 'a text', undefined, null]) {
    const { outcome } = await record(fail(odd));
    expect(outcome).toMatchObject({ state: 'failed', code: 'internal', exit: 1 });
    expect(outcome.message).toContain('unexpected error');
  }
});

test('[BS-24] [FD-04] interrupted, 1406: whatever error the stop made come up', async () => {
  const reason = new LifeboatError('interrupted', 'stopped by SIGINT');
  const lost = new LifeboatError('database-failed', 'connection lost');
  for (const error of [reason, lost, new Error('premature close')]) {
    const { outcome, journal } = await record(async (stop) => {
      stop(reason);
      throw error;
    });
    expect(outcome).toMatchObject({ state: 'interrupted', code: 'interrupted', exit: 130 });
    expect(journal.at(-1)).toMatch(/^backup: interrupted \(interrupted, 1406\) after 2\.5 s/);
  }
});

test('a run that reached its end although somebody said stop is done', async () => {
  const { outcome } = await record(async (stop) => {
    stop(new Error('too late'));
    return { state: 'done', message: 'm', lines: [] };
  });
  expect(outcome.state).toBe('done');
});

test.each(['rollback-failed', 'switch-failed', 'command-failed'] as const)(
  'a stop never hides %s: the system is not as it was',
  async (code) => {
    const { outcome } = await record(async (stop) => {
      stop(new LifeboatError('interrupted', 'stopped by SIGINT'));
      throw new LifeboatError(code, 'the old state could not be brought back');
    });
    expect(outcome).toMatchObject({ state: 'failed', code, exit: ERRORS[code].exit });
  },
);

test('an error while cleaning up never hides the first one', async () => {
  const { outcome } = await record(async () => {
    await using stack = new AsyncDisposableStack();
    stack.defer(fail(new Error('cannot close: not connected')));
    stack.defer(fail(new Error('cannot remove the work folder')));
    throw new LifeboatError('database-unreachable', 'connection lost', { hint: 'start the server' });
  });
  expect(outcome).toMatchObject({
    code: 'database-unreachable',
    message: 'connection lost',
    hint: 'start the server',
    lines: [
      'cleaning up failed too: cannot remove the work folder',
      'cleaning up failed too: cannot close: not connected',
    ],
  });
});

test('a journal that cannot be written is said and ends nothing', async () => {
  const { outcome } = await record(
    async () => ({ state: 'done', message: 'm', lines: [] }),
    async (folder) => {
      await mkdir(`${folder}/Backup Journal[001].txt`);
      return openJournal(folder, settableClock());
    },
  );
  expect(outcome.state).toBe('done');
  expect(outcome.lines).toEqual([
    expect.stringMatching(/Backup Journal\[001\]\.txt could not be written: EISDIR/),
  ]);
});
