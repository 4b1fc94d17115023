import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { never, restoreOf, type SavedSet, saveSet, serverOf } from './restore-sets.ts';
import { changeSmallSystem, makeSmallSystem } from './small-system.ts';
import { startMssql, type TestMssql } from './start-mssql.ts';

let server: TestMssql;
let saved: SavedSet;
let before: ReturnType<TestMssql['snapshot']>;

beforeEach(async () => {
  server = await startMssql();
  await makeSmallSystem(server);
  saved = await saveSet(server, ['AC']);
  await changeSmallSystem(server);
  before = server.snapshot();
});

afterEach(async () => {
  expect(server.defects).toEqual([]);
  await saved[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function expectNothingLeft(): Promise<void> {
  expect(server.snapshot()).toEqual(before);
  expect(await readdir(`${server.folder}/backup`)).toEqual([]);
}

test('[BS-24] Stop during RESTORE cancels it on the server and leaves nothing half-made', async () => {
  const stop = new AbortController();
  let stoppedAt = 0;
  {
    await using restore = restoreOf(saved, server);
    const staging = restore.target.stage(saved.records[0]!, saved.archive, {
      signal: stop.signal,
      onBytes: (_bytes, item) => {
        server.state.pace.milliseconds = 20_000;
        if (!item.endsWith('RESTORE') || stoppedAt > 0) return;
        expect(server.database('lb_run70d6_1').state).toBe('RESTORING');
        stoppedAt = performance.now();
        stop.abort(new Error('stopped by a person'));
      },
    });
    await expect(staging).rejects.toThrow('stopped by a person');
    expect(performance.now() - stoppedAt).toBeLessThan(2000);
    expect(server.database('lb_run70d6_1').state, 'until it is dropped').toBe('RESTORING');
  }
  await expectNothingLeft();
});

test('Stop while the backup file is written leaves no part of it', async () => {
  const stop = new AbortController();
  {
    await using restore = restoreOf(saved, server);
    const staging = restore.target.stage(saved.records[0]!, saved.archive, {
      signal: stop.signal,
      onBytes: () => stop.abort(new Error('stopped by a person')),
    });
    await expect(staging).rejects.toThrow('stopped by a person');
  }
  expect(server.state.log.some(({ sql }) => sql.startsWith('RESTORE DATABASE'))).toBe(false);
  await expectNothingLeft();
});

test('progress: half of the bytes while the file is written, all of them when RESTORE is done', async () => {
  await using restore = restoreOf(saved, server);
  const [record] = saved.records;
  const byItem: Record<string, number> = {};
  await restore.target.stage(record!, saved.archive, {
    signal: never,
    onBytes: (bytes, item) => {
      byItem[item] = (byItem[item] ?? 0) + bytes;
    },
  });
  expect(Object.keys(byItem)).toEqual(['database AC: backup file', 'database AC: RESTORE']);
  const [written = 0, restored = 0] = Object.values(byItem);
  expect(written).toBe(Math.floor((record?.bytes ?? 0) / 2));
  expect(written + restored).toBe(record?.bytes);
});

test.each([
  ['RESTORE', /^RESTORE DATABASE/, 40],
  ['DBCC CHECKDB', /^DBCC/, 'before'],
] as const)('%s that stands still is given up after the stall limit', async (what, statement, at) => {
  const fault = server.stallNext(statement, { at });
  const start = performance.now();
  {
    await using restore = restoreOf(saved, server, { stallMs: 600 });
    await expect(restore.prepare()).rejects.toMatchObject({
      code: 'database-failed',
      message: expect.stringMatching(new RegExp(`^${what} of database AC on .* made no progress for 0.6 s`)),
    });
  }
  expect(fault.fired).toBe(1);
  expect(performance.now() - start).toBeLessThan(6000);
  await expectNothingLeft();
});

test('a statement of the switch-over that stands still is given up, and the old state comes back', async () => {
  const fault = server.stallNext(/SET SINGLE_USER/);
  {
    await using restore = restoreOf(saved, server, { stallMs: 600 });
    await restore.prepare();
    await expect(restore.switchOver()).rejects.toMatchObject({
      code: 'switch-failed',
      message: expect.stringContaining('made no progress for 0.6 s'),
    });
  }
  expect(fault.fired).toBe(1);
  await expectNothingLeft();
});

test.each([
  ['RESTORE', /^RESTORE DATABASE/, 40],
  ['its check', /^DBCC/, 'before'],
  ['the look at the file', /^RESTORE HEADERONLY.*lb_run/, 'before'],
] as const)(
  'a connection that breaks in %s: an error at once, and nothing is left',
  async (_, statement, at) => {
    const fault = server.dropNext(statement, { at });
    {
      await using restore = restoreOf(saved, server);
      await expect(restore.prepare()).rejects.toMatchObject({ code: 'database-unreachable' });
    }
    expect(fault.fired).toBe(1);
    await expectNothingLeft();
  },
);

test.each([
  ['RESTORE', /^RESTORE DATABASE/, 40],
  ['the header', /^RESTORE HEADERONLY.*lb_run/, 'before'],
  ['the switch-over', /MODIFY NAME/, 'before'],
] as const)(
  'rubbish in the answer to %s: an error, no hang, and nothing is left',
  async (_, statement, at) => {
    const fault = server.rubbishNext(statement, { at });
    {
      // The bytes look like the beginning of a packet that never ends.
      const way = { ...serverOf(server), limits: { cancel: 400, ask: 800 } };
      await using restore = restoreOf(saved, server, { server: way, stallMs: 800 });
      const failed = restore.prepare().then(() => restore.switchOver());
      await expect(failed).rejects.toMatchObject({ code: expect.stringMatching(/^(database|switch)-/) });
    }
    expect(fault.fired).toBe(1);
    await expectNothingLeft();
  },
);

test('a RESTORE that ends without saying that it succeeded is not taken for one', async () => {
  const fault = server.callNext(/^RESTORE DATABASE/, ({ reply }) => {
    const { message } = reply;
    reply.message = (told) => (told.number === 3014 ? undefined : message.call(reply, told));
  });
  {
    await using restore = restoreOf(saved, server);
    await expect(restore.prepare()).rejects.toMatchObject({
      message: expect.stringContaining('ended without saying that it succeeded (message 3014)'),
    });
  }
  expect(fault.fired).toBe(1);
  await expectNothingLeft();
});

test('a database that an earlier restore left RESTORING, and its file, are recognised and cleaned up', async () => {
  const fault = server.dropNext(/^RESTORE DATABASE/, { at: 40 });
  const cut = restoreOf(saved, server, { run: 'run1' });
  await expect(cut.prepare()).rejects.toMatchObject({ code: 'database-unreachable' });
  // It was killed: what it would have cleaned up stays.
  expect(fault.fired).toBe(1);
  expect(server.database('lb_run10d6_1').state).toBe('RESTORING');
  await using restore = restoreOf(saved, server);
  const { findings } = await restore.target.inspect(never);
  expect(findings.map(({ message }) => message)).toEqual([
    `database lb_run10d6_1 on 127.0.0.1:${server.port} was left RESTORING by a restore that was cut off: it is dropped first`,
  ]);
  await restore.prepare();
  expect(Object.keys(server.snapshot().databases)).not.toContain('lb_run10d6_1');
  expect(restore.target.notes).toContain(
    'database lb_run10d6_1, which an earlier restore had left RESTORING, was dropped',
  );
});

test('a database that another restore is bringing back at this moment is left alone', async () => {
  const stall = server.stallNext(/^RESTORE DATABASE \[lb_other10d6_1\]/, { at: 40 });
  const other = restoreOf(saved, server, { run: 'other1', name: 'main', conf: '/another/system.conf' });
  const running = other.prepare();
  await expect.poll(() => stall.fired).toBe(1);
  expect(Object.keys(server.snapshot().databases)).toContain('lb_other10d6_1');
  await using restore = restoreOf(saved, server);
  const { findings } = await restore.target.inspect(never);
  expect(findings).toEqual([]);
  await restore.prepare();
  stall.release();
  expect(await running).toHaveLength(1);
  await other[Symbol.asyncDispose]();
});
