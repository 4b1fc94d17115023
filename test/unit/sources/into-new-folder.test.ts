import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { intoNewFolder } from '#sources/into-new-folder.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const never = new AbortController().signal;

test('what fails while a new folder is filled leaves none, and says where it was', async () => {
  await using folder = await temporaryFolder();
  const path = folder.file('raw');
  const fill = async (): Promise<void> => {
    await writeFile(join(path, 'half'), 'written');
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
  };
  await expect(intoNewFolder(path, fill, never)).rejects.toMatchObject({
    code: 'space-low',
    message: expect.stringContaining(path),
  });
  expect(await readdir(folder.path)).toEqual([]);
});

test('a folder that is there already is not filled, and stays', async () => {
  await using folder = await temporaryFolder();
  const path = folder.file('raw');
  await mkdir(path);
  await writeFile(join(path, 'of another run'), '');
  await expect(intoNewFolder(path, () => Promise.reject(new Error('filled')), never)).rejects.toMatchObject({
    code: 'write-failed',
  });
  expect(await readdir(path)).toEqual(['of another run']);
});
