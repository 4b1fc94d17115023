import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { privateFolder } from '#platform/private-folder.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

test('a new folder and its new parents are private, one that exists is left as it is', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('old'));
  await chmod(folder.file('old'), 0o755);
  await privateFolder(folder.file('old/new/inner'));
  await privateFolder(folder.file('old'));
  const mode = async (path: string): Promise<number> => (await stat(folder.file(path))).mode & 0o777;
  expect([await mode('old'), await mode('old/new'), await mode('old/new/inner')]).toEqual([
    0o755, 0o700, 0o700,
  ]);
});

test('a folder that cannot be made is named, with what to do', async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file('file'), '');
  await expect(privateFolder(folder.file('file/state'))).rejects.toMatchObject({
    code: 'state-unusable',
    message: `cannot make the folder ${folder.file('file/state')}: ENOTDIR`,
    hint: expect.stringContaining('--state'),
  });
});
