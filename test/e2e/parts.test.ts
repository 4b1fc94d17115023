import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMariadb, type TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { treeState } from '../fakes/tree-state.ts';
import { type RealSystem, realSystem } from './real-system.ts';

let mariadb: TestMariadb;
let system: RealSystem;
let archive: string;

beforeAll(async () => {
  mariadb = await startMariadb();
  system = await realSystem({ mariadb });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  [archive] = (await system.archives()) as [string];
}, 60_000);

afterAll(async () => {
  await system[Symbol.asyncDispose]();
  await mariadb[Symbol.asyncDispose]();
});

type State = Record<string, unknown>;

/** What is live, by the component that it belongs to. */
async function live(): Promise<State> {
  const tree = (name: string) => treeState(join(system.root, name)).lines;
  const checksum = async (table: string) => (await mariadb.sql(`CHECKSUM TABLE ${table}`))[0]?.['Checksum'];
  const accounts = await mariadb.sql("SELECT COUNT(*) AS n FROM mysql.user WHERE User = 'app'");
  using log = new DatabaseSync(join(system.root, 'db', 'log.db'), { readOnly: true });
  return {
    'mariadb/main/ac': [await checksum('ac.person'), await mariadb.sql('SHOW FULL TABLES FROM ac')],
    'mariadb/main/ta': [await checksum('ta.punch'), await mariadb.sql('SHOW FULL TABLES FROM ta')],
    'mariadb/main': accounts,
    'sqlite/log': log.prepare('SELECT COUNT(*) AS n, MAX(text) AS t FROM line').get(),
    'folder/cert': tree('cert'),
    'folder/lic': tree('lic'),
    'folder/image': tree('image'),
    'folder/util': tree('util files'),
    'file/system': await readFile(join(system.root, 'conf', 'system.conf'), 'utf8'),
    'file/setting': await readFile(join(system.root, 'conf', 'setting.conf'), 'utf8'),
    'file/sysbackup.conf': await readFile(system.conf, 'utf8'),
  };
}

/** Changes every part in some way. */
async function change(): Promise<void> {
  await mariadb.sql([
    'SET foreign_key_checks = 0',
    "UPDATE ac.person SET name = 'changed' WHERE id = 1",
    'CREATE TABLE ac.more (id INT)',
    'DELETE FROM ta.punch WHERE id = 2',
    "DROP USER 'app'@'localhost'",
  ]);
  const log = new DatabaseSync(join(system.root, 'db', 'log.db'));
  log.exec('DELETE FROM line WHERE id > 3');
  log.close();
  await rm(join(system.root, 'cert', 'enckey'));
  await writeFile(join(system.root, 'lic', 'site.lic'), 'changed');
  await writeFile(join(system.root, 'image', 'more.jpg'), 'more');
  await symlink('run.sh', join(system.root, 'util files', 'link'));
  await writeFile(join(system.root, 'conf', 'setting.conf'), 'changed');
  const conf = await readFile(system.conf, 'utf8');
  await writeFile(system.conf, conf.replace('[backup]', '[backup]\nkeep = 99'));
  const paths = await readFile(join(system.root, 'conf', 'system.conf'), 'utf8');
  await writeFile(join(system.root, 'conf', 'system.conf'), `${paths}; changed\n`);
}

const KINDS = [
  ['mariadb/main/ac'],
  ['mariadb/main/ta'],
  ['mariadb/main'],
  ['sqlite/log'],
  ['folder/image'],
  ['folder/util'],
  ['file/setting'],
  ['file/sysbackup.conf'],
  ['mariadb/main/ta', 'folder/cert', 'file/system'],
];

test('[FD-28] each kind of part comes back alone, everything else stays as it is', async () => {
  const good = await live();
  for (const only of KINDS) {
    await change();
    const changed = await live();
    for (const id of Object.keys(good)) expect(changed[id], `${id} was changed`).not.toEqual(good[id]);

    const ended = await system.restore('apply', archive, '--yes', '--only', ...only);
    expect(ended, `${only}: ${ended.stdout}`).toMatchObject({ status: 0 });
    const chosen = Object.fromEntries(only.map((id) => [id, good[id]]));
    expect(await live(), only.join(', ')).toEqual({ ...changed, ...chosen });
    // All the rest, for the next one.
    const all = await system.restore('apply', archive, '--yes');
    expect(all, all.stdout).toMatchObject({ status: 0 });
    expect(await live()).toEqual(good);
  }
}, 180_000);

test('[FD-28] keys between a database that is restored and one that stays hold afterwards', async () => {
  await mariadb.sql(['DELETE FROM ta.punch WHERE id = 3', 'DELETE FROM ac.person WHERE id = 3']);
  const ended = await system.restore('apply', archive, '--yes', '--only', 'mariadb/main/ac');
  expect(ended, ended.stdout).toMatchObject({ status: 0 });
  // A key that had gone with the old table would not know the person who is back.
  await mariadb.sql(['INSERT INTO ta.punch VALUES (3, 3, NOW())']);
  await expect(mariadb.sql('INSERT INTO ta.punch VALUES (9000, 999999, NOW())')).rejects.toThrow(
    /foreign key/,
  );
});

test('[FD-27] [FD-28] each kind of part can be taken out alone, into a new folder beside the archive', async () => {
  const kinds = { 'folder/image': 'folder/image', 'file/setting': 'file/setting', 'sqlite/log': 'sqlite' };
  for (const [id, place] of Object.entries(kinds)) {
    const into = system.folder.file(`out ${id.replace('/', ' ')}`);
    const ended = await system.restore('extract', archive, '--only', id, '--into', into);
    expect(ended, ended.stdout).toMatchObject({ status: 0 });
    expect(await readdir(into)).toEqual([id.split('/')[0]]);
    expect((await readdir(join(into, place.split('/')[0] as string))).length).toBe(1);
  }
  const image = system.folder.file('out folder image/folder/image');
  expect(treeState(image).lines).toEqual(treeState(join(system.root, 'image')).lines);

  const database = system.folder.file('out database');
  const ended = await system.restore('extract', archive, '--only', 'mariadb/main/ac', '--into', database);
  expect(ended, ended.stdout).toMatchObject({ status: 0 });
  const names = await readdir(join(database, 'mariadb', 'main', 'ac'));
  expect(names).toEqual(expect.arrayContaining(['1-tables.sql', '2-rows.sql', '3-objects.sql']));

  await mkdir(system.folder.file('there already'));
  const again = await system.restore('extract', archive, '--into', system.folder.file('there already'));
  expect(again).toMatchObject({ status: 65 });
});

test('[FD-28] a part that the archive does not hold is refused with those that it holds', async () => {
  const ended = await system.restore('apply', archive, '--yes', '--only', 'folder/images', 'mariadb/main/ac');
  expect(ended).toMatchObject({ status: 2 });
  expect(ended.stdout + ended.stderr).toMatch(/no component "folder\/images"/);
  expect(ended.stdout + ended.stderr).toContain('it holds: mariadb/main/ac, ');
});
