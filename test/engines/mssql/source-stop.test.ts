import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LifeboatError } from '#platform/errors.ts';
import { fillDatabases, type StagedServer, save, stagedServer } from './staged-server.ts';

let staged: StagedServer;
beforeEach(async () => {
  staged = await stagedServer();
  await fillDatabases(staged.server, ['shop', 'other']);
});
afterEach(() => staged[Symbol.asyncDispose]());

const BACKUP = /^BACKUP DATABASE \[shop\]/;

/** From the BACKUP of shop on; the proof of the staging folder makes one too. */
function slowDown(milliseconds: number): void {
  staged.server.callNext(BACKUP, ({ state }) => {
    state.pace.milliseconds = milliseconds;
  });
}

interface Failed {
  error: LifeboatError;
  /** Milliseconds until it was all over. */
  took: number;
}

async function failing(run: Promise<unknown>): Promise<Failed> {
  const begin = performance.now();
  const error: unknown = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LifeboatError);
  return { error: error as LifeboatError, took: performance.now() - begin };
}

async function nothingIsLeft(): Promise<void> {
  expect(await staged.staged()).toEqual([]);
  await expect.poll(() => staged.server.state.sessions.size).toBe(0);
  expect(staged.server.defects).toEqual([]);
}

describe('Stop', () => {
  test('[FD-04] that comes at the very moment at which the server has the statement is not lost', async () => {
    const stop = new AbortController();
    staged.server.callNext(BACKUP, ({ state }) => {
      state.pace.milliseconds = 20_000;
      stop.abort(new LifeboatError('interrupted', 'stopped'));
    });
    const run = save(staged.source({ databases: ['shop'] }), { signal: stop.signal });
    const { error, took } = await failing(run);
    expect(error.code).toBe('interrupted');
    expect(took).toBeLessThan(5000);
    await nothingIsLeft();
  });

  test('[FD-04] cancels running BACKUPs at once: both have ended, nothing is left, the server is as it was', async () => {
    const before = staged.server.snapshot();
    const stop = new AbortController();
    slowDown(20_000);
    let seen = 0;
    let stopped = Number.NaN;
    const run = save(staged.source({ databases: ['shop', 'other'] }), {
      signal: stop.signal,
      onBytes() {
        seen += 1;
        if (seen !== 3) return;
        stopped = performance.now();
        stop.abort(new LifeboatError('interrupted', 'stopped'));
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'interrupted' });
    await nothingIsLeft();
    expect(performance.now() - stopped).toBeLessThan(2000);
    // What was on its way may still arrive; 40 would be the end of both.
    expect(seen).toBeLessThan(8);
    expect(staged.server.snapshot()).toEqual(before);
  });

  test('[FD-04] before the BACKUP, while it is verified, while it is read: nothing is left', async () => {
    for (const statement of [/^SELECT s\.name AS \[schema\]/, /^RESTORE HEADERONLY/, /^RESTORE VERIFYONLY/]) {
      const stop = new AbortController();
      const fault = staged.server.callNext(statement, () =>
        stop.abort(new LifeboatError('interrupted', 'stopped')),
      );
      const { error, took } = await failing(save(staged.source(), { signal: stop.signal }));
      expect(error.code).toBe('interrupted');
      expect(fault.fired).toBe(1);
      expect(took).toBeLessThan(2000);
      await nothingIsLeft();
    }
    const stop = new AbortController();
    const whileRead = save(staged.source(), {
      signal: stop.signal,
      onBytes: (_bytes, item) => {
        if (item.endsWith('reading its backup')) stop.abort(new LifeboatError('interrupted', 'stopped'));
      },
    });
    // Here it is the sink that stops first, in its own words.
    await expect(whileRead).rejects.toThrow();
    expect(stop.signal.aborted).toBe(true);
    await nothingIsLeft();
  });

  test('[FD-04] a server that does not obey is left after the time for it (60 s, here 2 s)', async () => {
    const stop = new AbortController();
    const { promise: never, resolve: release } = Promise.withResolvers<void>();
    const fault = staged.server.callNext(BACKUP, () => never, { at: 30 });
    const run = failing(save(staged.source(), { signal: stop.signal }));
    await expect.poll(() => fault.fired).toBe(1);
    stop.abort(new LifeboatError('interrupted', 'stopped'));
    const { error, took } = await run;
    expect(error.code).toBe('interrupted');
    expect(took).toBeGreaterThan(1500);
    expect(took).toBeLessThan(4000);
    release();
    expect(await staged.staged()).toEqual([]);
  });

  test('one BACKUP that fails ends the others, and the failure is told', async () => {
    slowDown(20_000);
    const fault = staged.server.failNext(/^BACKUP DATABASE \[other\]/, [[911, 'other'], 3013], { at: 2 });
    const { error, took } = await failing(save(staged.source({ databases: ['shop', 'other'] })));
    expect(fault.fired).toBe(1);
    expect(error).toMatchObject({ code: 'database-missing', message: expect.stringContaining("'other'") });
    expect(took).toBeLessThan(3000);
    await nothingIsLeft();
  });
});

describe('a server that goes silent', () => {
  const stallMs = 800;

  test('a BACKUP that stands still is cancelled after the time for it, and says where it stood', async () => {
    const fault = staged.server.stallNext(BACKUP, { at: 40 });
    const { error, took } = await failing(save(staged.source({ stallMs })));
    expect(fault.fired).toBe(1);
    expect(error.code).toBe('database-failed');
    expect(error.message).toMatch(
      /^BACKUP of database shop on 127\.0\.0\.1:\d+ made no progress for 0\.8 s \(it stood at 40 percent\) and was cancelled$/,
    );
    expect(error.hint).toContain('"stall"');
    expect(took).toBeGreaterThan(stallMs);
    expect(took).toBeLessThan(stallMs * 4);
    await nothingIsLeft();
  });

  test('one that says nothing but goes on, as the second session sees, is left alone', async () => {
    staged.server.state.pace.silent = true;
    slowDown(stallMs * 3);
    await using saved = await save(staged.source({ stallMs }));
    expect(saved.records[0]?.state).toBe('complete');
    expect(staged.server.state.log.some(({ sql }) => sql.includes('sys.dm_exec_requests'))).toBe(true);
  });

  test('one that says how far it is, is left alone where no second session can be had', async () => {
    const fault = staged.server.failNext(/sys\.dm_exec_requests/, [300], { times: 100 });
    slowDown(stallMs * 3);
    await using saved = await save(staged.source({ stallMs }));
    expect(saved.records[0]?.state).toBe('complete');
    fault.release();
  });

  test('a check that stands still is cancelled too', async () => {
    const fault = staged.server.stallNext(/^RESTORE VERIFYONLY/);
    const { error } = await failing(save(staged.source({ stallMs })));
    expect(fault.fired).toBe(1);
    expect(error.message).toMatch(/^the check of the backup of database shop on .* made no progress/);
    await nothingIsLeft();
  });

  test('a question that is not answered fails after its own time', async () => {
    const fault = staged.server.stallNext(/sys\.databases/);
    const { error, took } = await failing(save(staged.source()));
    expect(fault.fired).toBe(1);
    expect(error).toMatchObject({
      code: 'database-unreachable',
      message: expect.stringMatching(/did not answer within 3 s: SELECT name, state_desc,$/),
    });
    expect(took).toBeLessThan(6000);
    await nothingIsLeft();
  });

  test.each(['BACKUP DATABASE', 'RESTORE HEADERONLY', 'RESTORE VERIFYONLY', 'SELECT s.name'])(
    'the connection breaks during %s: said as such, nothing is left',
    async (start) => {
      const at = start.startsWith('BACKUP') ? { at: 30 } : {};
      const fault = staged.server.dropNext(
        new RegExp(`^${start.replace('DATABASE', 'DATABASE \\[shop')}`),
        at,
      );
      const { error, took } = await failing(save(staged.source()));
      expect(fault.fired).toBe(1);
      expect(error).toMatchObject({
        code: 'database-unreachable',
        message: expect.stringMatching(/^the connection to 127\.0\.0\.1:\d+ was lost: /),
      });
      expect(took).toBeLessThan(2000);
      await nothingIsLeft();
    },
  );

  test.each([
    ['bytes that are no TDS', undefined],
    ['a web page', Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')],
    ['a packet of an unknown token', Buffer.from('0401000c00340100f1f2f3f4', 'hex')],
    ['nothing but zeros', Buffer.alloc(4096)],
  ])(
    'the answer turns into rubbish (%s): an error within the time for a stall, no hang',
    async (_title, bytes) => {
      const fault = staged.server.rubbishNext(BACKUP, { at: 30, ...(bytes && { bytes }) });
      const { error, took } = await failing(save(staged.source({ stallMs })));
      expect(fault.fired).toBe(1);
      expect(['database-unreachable', 'database-failed']).toContain(error.code);
      expect(took).toBeLessThan(8000);
      expect(await staged.staged()).toEqual([]);
    },
  );

  test('rows that are not what was asked for are an error, not a crash', async () => {
    const fault = staged.server.callNext(/^RESTORE HEADERONLY/, ({ reply }) => {
      const { columns } = reply;
      reply.columns = (list) => columns(list.map((column) => ({ ...column, name: `x${column.name}` })));
    });
    const { error } = await failing(save(staged.source()));
    expect(fault.fired).toBe(1);
    expect(error).toMatchObject({
      code: 'database-failed',
      message: expect.stringMatching(/answered RESTORE HEADERONLY with something else: 0\.DatabaseName/),
    });
    await nothingIsLeft();
  });
});
