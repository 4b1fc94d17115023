import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { removeFileAtomic } from '#platform/remove-file-atomic.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

test('a file is written whole, and its name is the only one left', async () => {
  await using folder = await temporaryFolder();
  await writeFileAtomic(folder.file('note.json'), 'first');
  await writeFileAtomic(folder.file('note.json'), Buffer.from('second'));
  expect(await readFile(folder.file('note.json'), 'utf8')).toBe('second');
  expect(await readdir(folder.path)).toEqual(['note.json']);
});

test('a reader sees the old content or the new one, never a part of it', async () => {
  await using folder = await temporaryFolder();
  const path = folder.file('note.json');
  const contents = ['a', 'b'].map((letter) => letter.repeat(300_000));
  await writeFileAtomic(path, contents[0] as string);
  let writing = true;
  const writer = (async () => {
    for (let i = 1; i <= 30; i += 1) await writeFileAtomic(path, contents[i % 2] as string);
    writing = false;
  })();
  const seen = new Set<string>();
  while (writing) seen.add(await readFile(path, 'utf8'));
  await writer;
  expect([...seen].filter((text) => !contents.includes(text))).toEqual([]);
});

test('the mode asked for is given whatever the umask', async () => {
  await using folder = await temporaryFolder();
  await writeFileAtomic(folder.file('private'), '');
  await writeFileAtomic(folder.file('shared'), '', { mode: 0o664 });
  expect((await stat(folder.file('private'))).mode & 0o777).toBe(0o600);
  expect((await stat(folder.file('shared'))).mode & 0o777).toBe(0o664);
});

test('what fails leaves the old file and nothing beside it', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('in-the-way'));
  await writeFile(folder.file('in-the-way/file'), '');
  await expect(writeFileAtomic(folder.file('in-the-way'), 'new')).rejects.toThrow();
  await expect(writeFileAtomic(folder.file('absent/note'), 'new')).rejects.toThrow('ENOENT');
  const stopped = AbortSignal.abort(new Error('stop'));
  await expect(writeFileAtomic(folder.file('note'), 'new', { signal: stopped })).rejects.toThrow('stop');
  expect(await readdir(folder.path)).toEqual(['in-the-way']);
});

test('what a program that was killed while it wrote left beside a file goes with the file, and nothing else', async () => {
  await using folder = await temporaryFolder();
  await writeFileAtomic(folder.file('accounts.json'), 'whole');
  for (const name of [
    '.accounts.json.0123456789ab.tmp',
    '.accounts.json.tmp',
    '.accounts.json.0123456789ab.tmp.old',
  ]) {
    await writeFile(folder.file(name), 'half');
  }
  await writeFile(folder.file('.other.json.0123456789ab.tmp'), 'half');
  await removeFileAtomic(folder.file('accounts.json'));
  await removeFileAtomic(folder.file('accounts.json'));
  await removeFileAtomic(folder.file('absent/accounts.json'));
  expect((await readdir(folder.path)).sort()).toEqual([
    '.accounts.json.0123456789ab.tmp.old',
    '.accounts.json.tmp',
    '.other.json.0123456789ab.tmp',
  ]);
});
