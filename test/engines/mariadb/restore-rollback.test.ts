import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SWITCH_STEPS, type SwitchStep } from '#sources/mariadb/target/switch/switch-parts.ts';
import { backupToFolder, type FolderBackup } from './backup-to-folder.ts';
import { never, restoreOf, type TestRestore } from './restore-databases.ts';
import { type ServerState, serverState } from './server-state.ts';
import { changeSmallSystem, SMALL_SET, smallSystem } from './small-system.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

const run = promisify(execFile);
const SEEN = [...SMALL_SET, 'other'];

let server: TestMariadb;
let backup: FolderBackup;
let archived: ServerState;
let live: ServerState;

beforeAll(async () => {
  server = await startMariadb();
  await server.sql(smallSystem());
  archived = await serverState(server, SEEN);
  backup = await backupToFolder(server, SMALL_SET);
  await server.sql(changeSmallSystem());
  await server.sql(["DROP USER viewer@'%'"]);
  live = await serverState(server, SEEN);
});

afterAll(async () => {
  await backup[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

test('staged databases go without a trace, whatever was staged', async () => {
  {
    await using restore = await restoreOf(backup, server);
    await restore.prepare();
  }
  expect(await serverState(server, SEEN)).toEqual(live);
});

test.each([...SWITCH_STEPS])(
  'a failure at step %s of the switch-over ends in the exact old state',
  async (failing) => {
    {
      await using restore = await failingAt(failing, () => {
        throw new Error('injected');
      });
      await expect(restore.switchOver()).rejects.toMatchObject({
        message: expect.stringContaining('injected'),
      });
    }
    expect(await serverState(server, SEEN)).toEqual(live);
  },
);

test('a statement that the server refuses half-way ends in the exact old state', async () => {
  {
    // Somebody takes the name of a routine that is just about to be made.
    await using restore = await failingAt('routines', () =>
      server.sql(['CREATE PROCEDURE tidy() SELECT 3'], 'ac').then(() => undefined),
    );
    await expect(restore.switchOver()).rejects.toMatchObject({
      code: 'switch-failed',
      message: expect.stringContaining('tidy already exists'),
      hint: expect.stringContaining('as they were before'),
    });
  }
  expect(await serverState(server, SEEN)).toEqual(live);
});

test('a kept database that still holds a table after going back is not dropped: it says so', async () => {
  let kept = '';
  {
    await using restore = await failingAt('finish', async () => {
      const rows = await server.sql("SHOW DATABASES LIKE 'lb\\_%\\_old\\_1'");
      kept = String(Object.values(rows[0] ?? {})[0]);
      await server.sql(['CREATE TABLE precious (id INT)', 'INSERT INTO precious VALUES (7)'], kept);
      throw new Error('injected');
    });
    await expect(restore.switchOver()).rejects.toMatchObject({
      code: 'rollback-failed',
      message: expect.stringContaining('precious'),
    });
  }
  expect(await server.sql('SELECT id FROM precious', kept)).toEqual([{ id: 7 }]);
  await server.sql(`DROP DATABASE ${kept}`);
  const leftovers = (await server.sql("SHOW DATABASES LIKE 'lb\\_%'")).map((row) => Object.values(row)[0]);
  for (const name of leftovers) await server.sql(`DROP DATABASE ${name}`);
  expect(await serverState(server, SEEN)).toEqual(live);
});

test.each([
  ['drop-objects', 'before-rename'],
  ['rename', 'before-rename'],
  ['charset', 'after-rename'],
  ['events', 'after-rename'],
] as const)(
  'with the server gone at %s the way back fails, says so, and the script %s brings all back',
  async (step, name) => {
    await using restore = await failingAt(step, () => server.kill(), { reconnectMs: 300 });
    const failure = await restore.switchOver().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'rollback-failed' });
    await server.restart();
    const scripts = [...String((failure as { hint: string }).hint).matchAll(/mariadb < '([^']+)'/g)].map(
      (match) => match[1]!,
    );
    const script = scripts.find((path) => path.includes(name))!;
    expect(restore.log.join('\n')).toContain(script);
    const { stderr } = await runScript(script);
    expect(stderr).toBe('');
    await dropOwnDatabases();
    expect(await serverState(server, SEEN)).toEqual(live);
  },
);

test('the server killed and started again within the wait: all is as it was', async () => {
  {
    await using restore = await failingAt('views', async () => {
      await server.kill();
      await server.restart();
    });
    await expect(restore.switchOver()).rejects.toMatchObject({ code: 'switch-failed' });
  }
  expect(await serverState(server, SEEN)).toEqual(live);
});

test('a restore over the changed system is as archived; by hand all goes back', async () => {
  await using restore = await restoreOf(backup, server);
  await restore.prepare();
  await restore.switchOver();
  const restored = await serverState(server, SEEN);
  expect(withoutAsides(restored.objects)).toEqual({
    ...archived.objects,
    'other.visit': live.objects['other.visit'],
    // The right that the live account had, not the one with grant option of the archive: it is not altered.
    'routine grants of ac': [
      {
        routine: 'tidy',
        type: 'PROCEDURE',
        user: 'app',
        host: 'localhost',
        privileges: ['Execute'],
        grantOption: false,
      },
    ],
  });
  expect(restored.accounts.join('\n')).toContain('GRANT SELECT ON `t_`.* TO `viewer`@`%`');
  const notes = restore.target.notes.join('\n');
  expect(notes).toContain('foreign key visit_user of other.visit: 1 row refers to nothing in ac.user');
  expect(notes).toContain('view ac.broken was invalid already and is kept as ac.lb_');
  const [kept] = await restore.switched().kept(never);
  const script = /mariadb < '([^']+)'/.exec(kept?.goBack[0] ?? '')?.[1] ?? '';
  await runScript(script);
  await dropOwnDatabases();
  expect(await serverState(server, SEEN)).toEqual(live);
});

test('undo brings the exact old state back, and forgetting it leaves nothing behind', async () => {
  await using restore = await restoreOf(backup, server);
  await restore.prepare();
  await restore.switchOver();
  await restore.undo();
  expect(await serverState(server, SEEN)).toEqual(live);
  expect(await restore.switched().kept(never)).toEqual([]);
  expect(await readdir(join(restore.stateFolder, 'restores'))).toEqual([]);

  await using again = await restoreOf(backup, server);
  await again.prepare();
  await again.switchOver();
  await again.switched().forget(never);
  const restored = await serverState(server, SEEN);
  expect(Object.keys(restored.objects).filter((key) => key.includes('lb_'))).toEqual([]);
  expect(
    restored.databases.filter(
      (name) => name.startsWith('lb_') && !name.endsWith('_1') && !name.endsWith('_2'),
    ),
  ).toEqual([]);
  expect(await readdir(join(again.stateFolder, 'restores'))).toEqual([]);
});

async function failingAt(
  step: SwitchStep,
  fail: () => void | Promise<void>,
  options: { reconnectMs?: number } = {},
): Promise<TestRestore> {
  let fired = false;
  const restore = await restoreOf(backup, server, {
    ...options,
    onStep: async (now) => {
      if (now !== step || fired) return;
      fired = true;
      await fail();
    },
  });
  await restore.prepare();
  return restore;
}

function runScript(path: string): Promise<{ stderr: string }> {
  return run('bash', ['-c', `mariadb --defaults-file=${server.clientConf} < '${path}'`]);
}

async function dropOwnDatabases(): Promise<void> {
  const names = (await server.sql('SHOW DATABASES')).map((row) => String(Object.values(row)[0]));
  const own = names.filter((name) => name.startsWith('lb_'));
  await server.sql(['SET foreign_key_checks = 0', ...own.map((name) => `DROP DATABASE ${name}`)]);
}

/** Invalid live views wait under another name until the old state is forgotten. */
function withoutAsides(objects: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(objects).filter(([key]) => !/^view ac\.lb_\w+_view_\w+$/.test(key)),
  );
}
