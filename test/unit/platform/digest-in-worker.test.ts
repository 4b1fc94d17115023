import { createHash, randomBytes } from 'node:crypto';
import { truncate, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { digestInWorker } from '#platform/digest-in-worker.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const never = new AbortController().signal;

test.each([0, 1, 2 ** 20, 3_500_001])(
  'a file of %i bytes has the SHA-256 that it has in one piece',
  async (size) => {
    await using folder = await temporaryFolder();
    const content = randomBytes(size);
    await writeFile(folder.file('x'), content);
    const expected = createHash('sha256').update(content).digest('hex');
    expect(await digestInWorker(folder.file('x'), never)).toBe(expected);
  },
);

test("a file that is not there is the system's error", async () => {
  await using folder = await temporaryFolder();
  await expect(digestInWorker(folder.file('gone'), never)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('[FD-04] a stop ends it at once', async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file('x'), '');
  await truncate(folder.file('x'), 50 * 2 ** 30);
  const stop = new AbortController();
  const digest = digestInWorker(folder.file('x'), stop.signal);
  const began = performance.now();
  setTimeout(() => stop.abort(new Error('stopped')), 100);
  await expect(digest).rejects.toThrow('stopped');
  expect(performance.now() - began).toBeLessThan(2000);
});
