import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { folderDestination } from '#destinations/folder-destination.ts';
import { appendLines } from '#journal/append-lines.ts';
import { makeRestoresFolder } from '#restore/log/make-restores-folder.ts';
import { setOwner } from '#sources/sqlite/ownership.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

/** The service's user owns the state folder and may put links there; what root then writes must not follow them. */
test.runIf(isRoot)(
  'a link in place of the journal: root makes no file where it leads and gives none away',
  async () => {
    await using folder = await temporaryFolder();
    await mkdir(folder.file('logs'));
    await chown(folder.file('logs'), NOBODY, NOBODY);
    const planted = join(folder.file('logs'), 'Backup Journal[001].txt');
    await symlink(folder.file('profile.sh'), planted);
    await expect(appendLines(planted, ['a line'])).rejects.toMatchObject({ code: 'ELOOP' });
    expect(existsSync(folder.file('profile.sh'))).toBe(false);
  },
);

test.runIf(isRoot)(
  'a link in place of the folder of restore logs: root changes nothing where it leads',
  async () => {
    await using folder = await temporaryFolder();
    await mkdir(folder.file('state'));
    await chown(folder.file('state'), NOBODY, NOBODY);
    await mkdir(folder.file('etc'));
    await chmod(folder.file('etc'), 0o755);
    await symlink(folder.file('etc'), folder.file('state/restores'));
    await expect(makeRestoresFolder(folder.file('state'))).rejects.toMatchObject({ code: 'state-unusable' });
    expect((await stat(folder.file('etc'))).mode & 0o777).toBe(0o755);
  },
);

test.runIf(isRoot)('a link in place of a staged database: root gives nothing away', async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file('shadow'), '', { mode: 0o600 });
  await symlink('shadow', folder.file('.lifeboat-1-log.sqlite'));
  const owner = { mode: 0o644, uid: NOBODY, gid: NOBODY };
  await expect(setOwner(folder.file('.lifeboat-1-log.sqlite'), owner)).rejects.toMatchObject({
    code: 'ELOOP',
  });
  expect(await stat(folder.file('shadow'))).toMatchObject({ uid: 0, mode: 0o100600 });
});

test('a link in place of the folder of drafts: nothing is removed where it leads', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('backups/.lifeboat'), { recursive: true });
  await mkdir(folder.file('etc'));
  await writeFile(folder.file('etc/passwd'), 'root');
  await symlink(folder.file('etc'), folder.file('backups/.lifeboat/mine.drafts'));
  expect(await folderDestination(folder.file('backups')).sweep('mine')).toEqual([]);
  expect(readdirSync(folder.file('etc'))).toEqual(['passwd']);
  expect(readdirSync(folder.file('backups/.lifeboat'))).toEqual([]);
});
