import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MemberRecord, MemberSink } from '#sources/source.ts';

/** A member sink that is a folder: what a person has after unpacking an archive. */
export function folderSink(folder: string): MemberSink {
  return {
    async add(path, content, { signal }): Promise<MemberRecord> {
      signal.throwIfAborted();
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      const hash = createHash('sha256');
      let bytes = 0;
      async function* metered() {
        for await (const chunk of content instanceof Uint8Array ? [content] : content()) {
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      }
      await writeFile(target, metered(), { flag: 'wx', signal });
      return { path, bytes, sha256: hash.digest('hex') };
    },
  };
}
