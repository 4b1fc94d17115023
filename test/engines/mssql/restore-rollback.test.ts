import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LifeboatError } from '#platform/errors.ts';
import { switchedMssql } from '#sources/mssql/target/switch/switched-mssql.ts';
import { never, restoreOf, type SavedSet, saveSet, serverOf } from './restore-sets.ts';
import type { Context } from './server/statement.ts';
import { changeSmallSystem, makeSmallSystem, SET } from './small-system.ts';
import { refusal } from './sql/sql-failure.ts';
import { startMssql, type TestMssql } from './start-mssql.ts';

let server: TestMssql;
let saved: SavedSet;
let before: ReturnType<TestMssql['snapshot']>;

beforeEach(async () => {
  server = await startMssql();
  await makeSmallSystem(server, { bytes: 0 });
  saved = await saveSet(server, SET);
  await changeSmallSystem(server);
  // So that the switch-over has every kind of step: logins to make, users and an owner to mend.
  await server.sql(['DROP USER [app]'], 'AC');
  await server.sql(['DROP USER [app]'], SET[1]);
  await server.sql([
    'DROP LOGIN [app]',
    "DROP LOGIN [boss's]",
    "CREATE LOGIN [app] WITH PASSWORD = 'another', SID = 0x33333333333333333333333333333333, CHECK_POLICY = OFF",
  ]);
  before = server.snapshot();
});

afterEach(async () => {
  expect(server.defects).toEqual([]);
  await saved[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** What the driver sends by itself for each session; it goes on whatever the server says to that. */
const OF_THE_DRIVER = /^set /;
const OURS = /^(?!set )/;

/** Every statement of the switch-over, in order. */
async function statements(): Promise<string[]> {
  await using restore = restoreOf(saved, server, { globalAccounts: true });
  await restore.prepare();
  const from = server.state.log.length;
  await restore.switchOver();
  const sent = server.state.log.slice(from).flatMap(({ sql }) => (OF_THE_DRIVER.test(sql) ? [] : [sql]));
  await restore.undo();
  expect(server.snapshot()).toEqual(before);
  return sent;
}

/** Lets `disturb` happen at the statement of this number, counted from the switch-over's first. */
async function disturbed(
  number: number,
  at: 'before' | 'after',
  disturb: (context: Context) => void,
): Promise<{ error: LifeboatError | undefined; sql: string | undefined }> {
  await using restore = restoreOf(saved, server, { globalAccounts: true });
  await restore.prepare();
  let count = 0;
  let sql: string | undefined;
  const order = server.callNext(
    OURS,
    (context) => {
      count += 1;
      if (count !== number + 1) return;
      sql = context.session.request?.sql;
      disturb(context);
    },
    { at, times: Number.POSITIVE_INFINITY },
  );
  try {
    await restore.switchOver();
    return { error: undefined, sql };
  } catch (error) {
    return { error: error as LifeboatError, sql };
  } finally {
    order.release();
  }
}

test.each([
  [
    'refused by the server',
    'before' as const,
    () => {
      throw refusal(5069);
    },
  ],
  ['whose connection breaks before it was done', 'before' as const, cut],
  ['whose connection breaks after it was done', 'after' as const, cut],
])(
  'a statement of the switch-over %s: whichever it is, the exact old state comes back',
  async (_, at, disturb) => {
    const all = await statements();
    expect(all.length).toBeGreaterThan(30);
    for (const [number, expected] of all.entries()) {
      const { error, sql } = await disturbed(number, at, disturb);
      expect(sql, 'the fault fired at that statement').toBe(expected);
      expect(error?.code, `${number} ${expected}`).toMatch(/^(switch-failed|database-)/);
      expect(server.snapshot(), `${number} ${expected}`).toEqual(before);
    }
  },
  120_000,
);

test('a restore log that cannot be written any more: at whichever line, the exact old state comes back', async () => {
  let lines = Number.POSITIVE_INFINITY;
  for (let writable = 0; writable < lines; writable += 1) {
    await using restore = restoreOf(saved, server, { globalAccounts: true });
    await restore.prepare();
    let written = 0;
    const write = async (): Promise<void> => {
      written += 1;
      if (written > writable) throw new Error('no space left on device');
    };
    const record = await restore.target.prepare(never);
    const failure = await restore.target.switchOver({ before: write, done: write }, never).then(
      () => undefined,
      (error: unknown) => error as LifeboatError,
    );
    if (failure === undefined) {
      lines = written;
      await switchedMssql(record, {
        server: serverOf(server),
        stateFolder: server.folder,
        stallMs: 20_000,
      }).goBack({ before: async () => undefined, done: async () => undefined }, never);
    } else expect(failure).toMatchObject({ code: 'switch-failed', message: 'no space left on device' });
    await restore[Symbol.asyncDispose]();
    expect(server.snapshot(), `after ${writable} lines`).toEqual(before);
  }
  expect(lines).toBeGreaterThan(15);
});

test('the server away for a moment in the middle: it is waited for, and the exact old state comes back', async () => {
  await using restore = restoreOf(saved, server);
  await restore.prepare();
  const fault = server.callNext(/^ALTER DATABASE \[lb_.* MODIFY NAME = \[AC\]/, (context) => {
    for (let number = 0; number < 3; number += 1) server.refuseNextLogin(18401);
    cut(context);
  });
  await expect(restore.switchOver()).rejects.toMatchObject({
    code: 'switch-failed',
    hint: expect.stringContaining('all databases and logins are back as they were before'),
  });
  expect(fault.fired).toBe(1);
  expect(restore.log.at(-1)).toBe('rolled back: everything on the server is as it was before');
  await restore[Symbol.asyncDispose]();
  expect(server.snapshot()).toEqual(before);
});

test.each([
  ['taking', /SET SINGLE_USER/],
  ['renaming the old one', /^ALTER DATABASE \[AC\] MODIFY NAME/],
  ['renaming the restored one', /MODIFY NAME = \[AC\]/],
  ['giving back', /SET MULTI_USER/],
])(
  'where the way back fails too (at %s), it says so, and the T-SQL told brings all back',
  async (_, statement) => {
    const restore = restoreOf(saved, server);
    await restore.prepare();
    const fault = server.callNext(statement, (context) => {
      server.refuseNextLogin(18456);
      cut(context);
    });
    const failure = await restore.switchOver().catch((error: unknown) => error as LifeboatError);
    expect(fault.fired).toBe(1);
    expect(failure).toMatchObject({ code: 'rollback-failed' });
    const commands = (failure as LifeboatError).hint?.split(/ \(\d+\) /).slice(1) ?? [];
    expect(commands.length).toBeGreaterThan(3);
    for (const command of commands) await server.sql(command);
    expect(server.snapshot()).toEqual(before);
  },
);

function cut({ session }: Context): void {
  session.connection.cut();
}
