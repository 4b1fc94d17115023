import { mkdir, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readSecret } from '#platform/read-secret.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

test.each([
  ["o'neil"],
  ['a"b'],
  ['$HOME $PATH `id` $(id)'],
  ['  spaces before and after  '],
  ['back\\slash # ; = %s \\n'],
  ['пароль 密码 🔑'],
  ['\ttab'],
])('a password is read as it stands, to the letter: %s', async (password) => {
  await using folder = await temporaryFolder();
  const file = folder.file('password file (1)');
  for (const ending of ['', '\n', '\r\n', '\n\nsecond line']) {
    await writeFile(file, password + ending);
    expect(await readSecret({ from: 'file', file })).toBe(password);
  }
  process.env['LIFEBOAT_TEST_SECRET'] = password;
  expect(await readSecret({ from: 'environment', variable: 'LIFEBOAT_TEST_SECRET' })).toBe(password);
  delete process.env['LIFEBOAT_TEST_SECRET'];
});

test('the mark that an editor puts first is not part of the password', async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file('password'), '\uFEFFsecret\r\n');
  expect(await readSecret({ from: 'file', file: folder.file('password') })).toBe('secret');
});

test('a place that cannot be read is named', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('folder'));
  await expect(readSecret({ from: 'file', file: folder.file('absent') })).rejects.toMatchObject({
    code: 'secret-unreadable',
    message: `cannot read the password file ${folder.file('absent')}: ENOENT`,
  });
  await expect(readSecret({ from: 'file', file: folder.file('folder') })).rejects.toMatchObject({
    code: 'secret-unreadable',
  });
  await expect(readSecret({ from: 'environment', variable: 'LIFEBOAT_NOT_SET' })).rejects.toMatchObject({
    code: 'secret-unreadable',
    message: 'the environment variable LIFEBOAT_NOT_SET is not set',
  });
});
