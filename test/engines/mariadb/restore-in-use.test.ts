import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backupToFolder, type FolderBackup } from './backup-to-folder.ts';
import { restoreOf } from './restore-databases.ts';
import { type ServerState, serverState } from './server-state.ts';
import { changeSmallSystem, SMALL_SET, smallSystem } from './small-system.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

const SEEN = [...SMALL_SET, 'other'];

let server: TestMariadb;
let backup: FolderBackup;
let live: ServerState;

beforeAll(async () => {
  server = await startMariadb();
  await server.sql(smallSystem());
  backup = await backupToFolder(server, SMALL_SET);
  await server.sql(changeSmallSystem());
  live = await serverState(server, SEEN);
});

afterAll(async () => {
  await backup[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

test.each([
  ['a table with triggers, so before the RENAME', 'ac.user', 'drop-objects'],
  ['a table without, so in the RENAME', 'ac.audit', 'rename'],
])(
  'an idle reading transaction blocks the switch-over; it is named and all goes back: %s',
  async (_, table, step) => {
    const reader = await server.connect();
    try {
      await reader.query('START TRANSACTION');
      await reader.query(`SELECT * FROM ${table}`);
      const [rows] = await reader.query('SELECT CONNECTION_ID() AS id');
      const id = String((rows as { id: number }[])[0]?.id);
      let reached = '';
      await using restore = await restoreOf(backup, server, {
        onStep: (now) => {
          reached = now;
        },
      });
      await restore.prepare();
      const start = performance.now();
      await expect(restore.switchOver()).rejects.toMatchObject({
        code: 'target-in-use',
        message: expect.stringMatching(new RegExp(`session ${id} \\(root@.*in an open transaction`)),
        hint: expect.stringContaining('agree to end their sessions'),
      });
      expect(reached).toBe(step);
      expect(performance.now() - start).toBeGreaterThan(4_900);
      expect(performance.now() - start, 'a waiting RENAME stalls every query').toBeLessThan(9_000);
      expect((await reader.query(`SELECT COUNT(*) FROM ${table}`))[0], 'the reader goes on').toHaveLength(1);
    } finally {
      reader.destroy();
    }
    await settled();
    expect(await serverState(server, SEEN)).toEqual(live);
  },
);

test('what uses the databases is named before anything is done', async () => {
  const user = await server.connect({ database: 'ac' });
  try {
    await using restore = await restoreOf(backup, server);
    const { findings } = await restore.target.inspect(new AbortController().signal);
    const messages = findings.map((finding) => finding.message);
    expect(messages).toContainEqual(
      expect.stringMatching(/^in use by session \d+ \(root@.*database ac, idle/),
    );
  } finally {
    user.destroy();
  }
});

test('sessions are ended if that is agreed, those of other databases are not', async () => {
  const reader = await server.connect({ database: 'ac' });
  const other = await server.connect({ database: 'other' });
  reader.on('error', () => undefined);
  try {
    await reader.query('START TRANSACTION');
    await reader.query('SELECT * FROM audit');
    await other.query('START TRANSACTION');
    await other.query('SELECT * FROM site');
    await using restore = await restoreOf(backup, server, { endSessions: true });
    await restore.prepare();
    await restore.switchOver();
    await expect(reader.query('SELECT 1')).rejects.toThrow();
    expect((await other.query('SELECT * FROM site'))[0]).toHaveLength(2);
    await other.query('COMMIT');
    expect((await serverState(server, SEEN)).objects).not.toEqual(live.objects);
    await restore.undo();
  } finally {
    reader.destroy();
    other.destroy();
  }
  await settled();
  expect(await serverState(server, SEEN)).toEqual(live);
});

test('a stop while rows are loaded ends the statement on the server and leaves nothing', async () => {
  const stop = new AbortController();
  {
    await using restore = await restoreOf(backup, server);
    const [first] = backup.records;
    const staging = restore.target.stage(first!, backup.archive, {
      signal: stop.signal,
      onBytes: () => stop.abort(new Error('stopped by a person')),
    });
    await expect(staging).rejects.toThrow('stopped by a person');
  }
  await settled();
  expect(await serverState(server, SEEN)).toEqual(live);
  expect(await server.sql("SELECT * FROM information_schema.PROCESSLIST WHERE INFO LIKE 'LOAD%'")).toEqual(
    [],
  );
});

/** A closed connection may still be seen for a moment. */
async function settled(): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const others = await server.sql("SELECT 1 FROM information_schema.PROCESSLIST WHERE COMMAND = 'Sleep'");
    if (others.length === 0) return;
    await wait(50);
  }
  throw new Error('sessions do not end');
}
