import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serverState } from '../engines/mariadb/server-state.ts';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { treeState } from '../fakes/tree-state.ts';
import { realSystem } from './real-system.ts';

let mariadb: TestMariadb;

beforeAll(async () => {
  mariadb = await startMariadb();
});

afterAll(async () => {
  await mariadb[Symbol.asyncDispose]();
});

test('[BS-01] [BS-02] [BS-03] [BS-05] [BS-13] [BS-16] [BS-26] a system that lost everything comes back as it was', async () => {
  await using system = await realSystem({ mariadb });
  const before = {
    tree: filesOf(system.root),
    rows: linesOf(system.root),
    server: await serverState(mariadb, ['ac', 'ta']),
  };

  const backup = await system.lifeboat('backup');
  expect(backup.stdout + backup.stderr).toMatch(/backup done/);
  expect(backup.stdout).toMatch(/^backup done after .* written and verified/m);
  const conf = await readFile(system.conf, 'utf8');

  await mariadb.sql([
    'SET foreign_key_checks=0',
    'DROP DATABASE ac',
    'DROP DATABASE ta',
    "DROP USER 'app'@'localhost'",
  ]);
  for (const name of ['cert', 'lic', 'image', 'util files', 'db'])
    await rm(join(system.root, name), { recursive: true });
  await writeFile(join(system.root, 'conf', 'setting.conf'), 'broken');
  await writeFile(system.conf, conf.replace('[backup]', '[backup]\nkeep = 99'));

  const [archive] = await system.archives();
  const restored = await system.restore('apply', archive as string, '--yes');
  expect(restored).toMatchObject({ status: 0 });
  expect(restored.stdout).toMatch(/checked mariadb\/main\/ac: .*3,?000 rows/);
  expect(restored.stdout).toMatch(/^restore done after .* are live$/m);
  expect(filesOf(system.root)).toEqual(before.tree);
  expect(linesOf(system.root)).toEqual(before.rows);
  const after = await serverState(mariadb, ['ac', 'ta']);
  const kept = after.databases.filter((name) => !name.startsWith('lb_'));
  expect({ ...after, databases: kept }).toEqual(before.server);
  expect(await readFile(system.conf, 'utf8')).toBe(conf);
}, 60_000);

test('the destination inside a saved folder is never part of a set, and its archives survive a restore', async () => {
  await using system = await realSystem({ backupsInside: 'image/backups' });
  const sizes: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
    sizes.push((await stat((await system.archives()).at(-1) as string)).size);
  }
  // A set that held the earlier archives would grow by more than a little.
  expect(Math.max(...sizes)).toBeLessThan((sizes[0] as number) + 4096);
  const archives = await system.archives();
  const restored = await system.restore('apply', archives[1] as string, '--yes', '--only', 'folder/image');
  expect(restored).toMatchObject({ status: 0 });
  expect(await system.archives()).toEqual(archives);
  for (const archive of archives) {
    expect(await system.restore('verify', archive)).toMatchObject({ status: 0 });
  }
});

test('a SQLite database inside a saved folder is one component, also when both are restored', async () => {
  await using system = await realSystem({ conf: { 'folder db': ['path = db'] } });
  await writeFile(join(system.root, 'db', 'beside.txt'), 'a file beside the database');
  const before = linesOf(system.root);
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [archive] = (await system.archives()) as [string];
  const inspected = await system.restore('inspect', archive);
  expect(inspected.stdout).toMatch(/folder\/db +complete +26 B +1 item/);

  const live = new DatabaseSync(join(system.root, 'db', 'log.db'));
  live.exec('DELETE FROM line');
  live.close();
  await rm(join(system.root, 'db', 'beside.txt'));
  expect(await system.restore('apply', archive, '--yes')).toMatchObject({ status: 0 });
  expect(linesOf(system.root)).toEqual(before);
  expect(await readFile(join(system.root, 'db', 'beside.txt'), 'utf8')).toBe('a file beside the database');
});

function filesOf(root: string): string[] {
  return treeState(root).lines.filter((line) => !line.includes('.lifeboat-') && !line.includes('log.db'));
}

function linesOf(root: string): unknown[] {
  const database = new DatabaseSync(join(root, 'db', 'log.db'), { readOnly: true });
  try {
    return [database.prepare('PRAGMA journal_mode').get(), ...database.prepare('SELECT * FROM line').all()];
  } finally {
    database.close();
  }
}
