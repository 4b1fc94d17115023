import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { copyPrivately } from '#platform/copy-privately.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

test('a copy has the bytes of its file, whoever may read that one, and is its owner’s alone', async () => {
  await using folder = await temporaryFolder();
  const [from, to] = [folder.file('from'), folder.file('to')];
  await writeFile(from, 'größe\0', { mode: 0o644 });
  await copyPrivately(from, to, new AbortController().signal);
  expect(await readFile(to, 'utf8')).toBe('größe\0');
  if (process.platform !== 'win32') expect((await stat(to)).mode & 0o777).toBe(0o600);
});

test('what is there already is not written over', async () => {
  await using folder = await temporaryFolder();
  const [from, to] = [folder.file('from'), folder.file('to')];
  await writeFile(from, 'new');
  await writeFile(to, 'old');
  await expect(copyPrivately(from, to, new AbortController().signal)).rejects.toThrow('EEXIST');
  expect(await readFile(to, 'utf8')).toBe('old');
});

test('a long copy can be stopped in its middle', async () => {
  await using folder = await temporaryFolder();
  const [from, to] = [folder.file('from'), folder.file('to')];
  await writeFile(from, '');
  await truncate(from, 64 * 2 ** 30);
  const stop = new AbortController();
  const copying = copyPrivately(from, to, stop.signal);
  setTimeout(() => stop.abort(), 50);
  await expect(copying).rejects.toThrow('aborted');
  expect((await stat(to)).size).toBeGreaterThan(0);
});
