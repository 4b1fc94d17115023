import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { fetchArchive } from '#client/fetch-archive.ts';
import type { Server } from '#client/open-server.ts';
import { NEVER } from '../../fakes/backup-parts.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const MB = 2 ** 20;

test('a server that sends more than it told is not listened to any longer, and nothing of it stays', async () => {
  await using folder = await temporaryFolder();
  let sent = 0;
  const body = new ReadableStream({
    pull(stream) {
      sent += MB;
      if (sent > 64 * MB) stream.close();
      else stream.enqueue(new Uint8Array(MB));
    },
  });
  const sha256 = '0'.repeat(64);
  const server = { send: async () => new Response(body, { headers: { etag: `"${sha256}"` } }) };
  const archive = { file: 'a.zip', bytes: 2 * MB, state: 'good', own: true, sha256 };
  const how = { onProgress: () => undefined, signal: NEVER };
  const fetched = fetchArchive(server as unknown as Server, archive, folder.path, how);
  await expect(fetched).rejects.toMatchObject({ code: 'archive-damaged' });
  expect(sent).toBeLessThan(8 * MB);
  expect(await readdir(folder.file('.lifeboat/pull'))).toEqual([]);
});
