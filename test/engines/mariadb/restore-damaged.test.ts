import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backupToFolder } from './backup-to-folder.ts';
import { never, restoreOf } from './restore-databases.ts';
import { serverState } from './server-state.ts';
import { SMALL_SET, smallSystem } from './small-system.ts';
import { startMariadb, type TestMariadb } from './start-mariadb.ts';

const SEEN = [...SMALL_SET, 'other'];

/** Files as after a disk failure: one gone, one of another kind, one that is no definition any more. */
async function damage(server: TestMariadb): Promise<void> {
  const file = (name: string) => join(server.folder, 'data', 'ac', name);
  await server.restart();
  await server.kill();
  await rm(file('user.ibd'));
  await writeFile(file('in_aria.MAI'), 'no index');
  await writeFile(file('no_definition.frm'), 'no definition');
  await writeFile(file('audit.ibd'), Buffer.alloc(1 << 16, 7));
  await server.restart();
}

test('[BS-16] damaged tables are replaced if dropping them is agreed; without, nothing is touched', async () => {
  await using server = await startMariadb();
  await server.sql([
    ...smallSystem(),
    'CREATE TABLE ac.in_aria (a INT, KEY (a)) ENGINE = Aria',
    'INSERT INTO ac.in_aria VALUES (1)',
    'CREATE TABLE ac.no_definition (a INT)',
  ]);
  const archived = await serverState(server, SEEN);
  await using backup = await backupToFolder(server, SMALL_SET);
  await damage(server);

  {
    await using restore = await restoreOf(backup, server);
    const { findings } = await restore.target.inspect(never);
    const damaged = findings
      .filter((finding) => finding.option === 'drop-damaged')
      .map(({ message }) => message);
    expect(damaged.map((message) => /table (\S+) is damaged/.exec(message)?.[1])).toEqual([
      'ac.audit',
      'ac.in_aria',
      'ac.no_definition',
      'ac.user',
    ]);
    await expect(restore.prepare()).rejects.toMatchObject({
      code: 'target-unsuitable',
      message: expect.stringContaining('ac.audit, ac.in_aria, ac.no_definition, ac.user'),
    });
  }
  expect(await server.sql('SELECT COUNT(*) AS n FROM ac.door')).toEqual([{ n: '3' }]);

  await using restore = await restoreOf(backup, server, { dropDamaged: true });
  await restore.prepare();
  await restore.switchOver();
  const { objects } = await serverState(server, SEEN);
  const asides = Object.keys(objects).filter((key) => /^view ta\.lb_\w+_view_\w+$/.test(key));
  expect(asides, 'the live view over a damaged table waits with the old state').toHaveLength(1);
  expect({ ...objects, [asides[0]!]: undefined }).toEqual(archived.objects);
  expect(restore.target.notes.join('\n')).toContain(
    'damaged tables were dropped and are not in the old state',
  );
  expect(restore.log.join('\n')).toContain('drop damaged tables ac.audit');

  await restore.undo();
  expect(await server.sql('SHOW TABLES FROM ac')).toContainEqual({ Tables_in_ac: 'door' });
  expect(await server.sql('SELECT COUNT(*) AS n FROM ac.door')).toEqual([{ n: '3' }]);
});
