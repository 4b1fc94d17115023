import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { never, restoreOf, type SavedSet, saveSet } from './restore-sets.ts';
import { AWKWARD, changeSmallSystem, makeSmallSystem, SET } from './small-system.ts';
import { startMssql, type TestMssql } from './start-mssql.ts';

let server: TestMssql;
let saved: SavedSet;
let archived: string[];
let before: ReturnType<TestMssql['snapshot']>;

beforeEach(async () => {
  server = await startMssql();
  await makeSmallSystem(server, { bytes: 0 });
  archived = SET.map((name) => server.contentOf(name));
  saved = await saveSet(server, SET);
  await changeSmallSystem(server);
  before = server.snapshot();
});

afterEach(async () => {
  expect(server.defects).toEqual([]);
  await saved[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

test('sessions that use the databases are named before anything is done', async () => {
  using _one = server.occupy('AC', { name: 'Door Control' });
  using _two = server.occupy(AWKWARD, { name: 'reports' });
  await using restore = restoreOf(saved, server);
  const { findings } = await restore.target.inspect(never);
  expect(findings.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    'warning: database AC is in use by session 1000 (sa@appserver, program "Door Control"): the switch-over ends it',
    `warning: database ${AWKWARD} is in use by session 1001 (sa@appserver, program "reports"): the switch-over ends it`,
  ]);
});

test('an application that is sysadmin and signs in again at once does not get in between', async () => {
  using application = server.occupy('AC', { returns: true });
  await using restore = restoreOf(saved, server);
  await restore.prepare();
  await restore.switchOver();
  expect(application.ended).toBeGreaterThan(0);
  expect(SET.map((name) => server.contentOf(name))).toEqual(archived);
  expect(server.snapshot().databases['AC']?.access).toBe('MULTI_USER');
});

test('the one place lost to a session is fought for; the restore goes on when it has it', async () => {
  using application = server.occupy('AC');
  server.database('AC').access = 'SINGLE_USER';
  await using restore = restoreOf(saved, server);
  await restore.prepare();
  await restore.switchOver();
  expect(application.connected).toBe(false);
  expect(SET.map((name) => server.contentOf(name))).toEqual(archived);
  expect(server.snapshot().databases['lb_run70d6_old_1']?.access, 'as it was').toBe('SINGLE_USER');
});

test('a session that takes the place again whenever it is ended: it is named, and the old state comes back', async () => {
  using application = server.occupy('AC', { returns: true, name: 'watchdog' });
  server.database('AC').access = 'SINGLE_USER';
  const fault = server.failNext(/^USE \[AC\]/, [[924, 'AC']], { times: 1000 });
  {
    await using restore = restoreOf(saved, server, { retryMs: 900 });
    await restore.prepare();
    const start = performance.now();
    await expect(restore.switchOver()).rejects.toMatchObject({
      code: 'target-in-use',
      message: expect.stringMatching(
        /^database AC on 127\.0\.0\.1:\d+ is in use by session 1000 \(sa@appserver, program "watchdog"\): .*\(error 924\)$/,
      ),
      hint: expect.stringContaining('stop the programs that open them'),
    });
    expect(performance.now() - start).toBeGreaterThan(900);
    expect(performance.now() - start).toBeLessThan(4000);
  }
  expect(fault.fired).toBeGreaterThan(2);
  expect(application.ended).toBeGreaterThan(2);
  expect(server.snapshot().databases).toEqual({
    ...before.databases,
    AC: { ...before.databases['AC'], access: 'SINGLE_USER' },
  });
});

test.each([
  ['the lock of the rename', /^ALTER DATABASE \[AC\] MODIFY NAME/, [5030]],
  ['a deadlock', /SET SINGLE_USER/, [[1205, 57]]],
  ['another that has the one place', /SET SINGLE_USER/, [[5064, 'AC'], 5069]],
  ['the restored one in use', /^ALTER DATABASE \[lb_run70d6_1\] MODIFY NAME/, [5030]],
] as const)('%s is tried again, and the restore goes on', async (_, statement, messages) => {
  const fault = server.failNext(statement, messages, { times: 2 });
  await using restore = restoreOf(saved, server);
  await restore.prepare();
  await restore.switchOver();
  expect(fault.fired).toBe(2);
  expect(SET.map((name) => server.contentOf(name))).toEqual(archived);
});

test('a database that is restricted to its owners stays so when it is kept, and after going back', async () => {
  await server.sql('ALTER DATABASE [AC] SET RESTRICTED_USER');
  const restricted = server.snapshot();
  await using restore = restoreOf(saved, server);
  await restore.prepare();
  await restore.switchOver();
  expect(server.snapshot().databases['lb_run70d6_old_1']).toEqual(restricted.databases['AC']);
  await restore.undo();
  expect(server.snapshot()).toEqual(restricted);
});

test.each([
  { state: 'SUSPECT', renames: true },
  { state: 'SUSPECT', renames: false },
  { state: 'OFFLINE', renames: true },
  { state: 'OFFLINE', renames: false },
  // The server renames no such database.
  { state: 'RESTORING', renames: false },
] as const)(
  'a live database that is $state is told of, and nothing is staged unless dropping it is agreed; renamed: $renames',
  async ({ state, renames }) => {
    server.state.renamesClosed = renames;
    server.database('AC').state = state;
    const damaged = server.snapshot();
    {
      await using restore = restoreOf(saved, server);
      const { findings, components } = await restore.target.inspect(never);
      expect(components[0]?.now).toMatch(new RegExp(`^${state}, `));
      expect(findings).toEqual([
        {
          level: 'warning',
          option: 'drop-damaged',
          message: expect.stringMatching(
            new RegExp(`^database AC on .* is ${state}: it may not be possible to keep it`),
          ),
        },
      ]);
      await expect(restore.prepare()).rejects.toMatchObject({
        code: 'target-unsuitable',
        message: expect.stringContaining(`is ${state}, so it cannot be kept`),
      });
    }
    expect(server.snapshot()).toEqual(damaged);
    await using restore = restoreOf(saved, server, { dropDamaged: true });
    await restore.prepare();
    await restore.switchOver();
    expect(SET.map((name) => server.contentOf(name))).toEqual(archived);
    const kept = await restore.switched().kept(never);
    if (renames) {
      expect(kept).toHaveLength(2);
      if (state === 'SUSPECT') await restore.undo();
      else for (const { goBack } of kept) await server.sql(goBack);
      expect(server.snapshot()).toEqual(damaged);
      return;
    }
    expect(kept.map(({ component }) => component)).toEqual([`mssql/main/${AWKWARD}`]);
    const files = '/var/opt/mssql/data/AC.mdf, /var/opt/mssql/data/AC_log.ldf';
    const stay = state === 'RESTORING' ? '' : `; its files stay: ${files}`;
    expect(restore.target.notes).toContain(
      `database AC was ${state} and could not be kept: it was dropped, as agreed${stay}`,
    );
    const left = await readdir(`${server.folder}/data`);
    expect(left.includes('AC.mdf')).toBe(state !== 'RESTORING');
  },
);

test('a failure after a damaged database was dropped does not say that all is as it was', async () => {
  server.database('AC').state = 'RESTORING';
  const fault = server.failNext(/MODIFY NAME = \[AC\]/, [5069]);
  await using restore = restoreOf(saved, server, { dropDamaged: true });
  await restore.prepare();
  await expect(restore.switchOver()).rejects.toMatchObject({
    code: 'rollback-failed',
    message: expect.stringContaining(
      'damaged databases were dropped, as agreed, and cannot come back: AC (it was RESTORING)',
    ),
  });
  expect(fault.fired).toBe(1);
  expect(server.snapshot().databases[AWKWARD]).toEqual(before.databases[AWKWARD]);
});
