import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { MemberRecord, MemberSink, WriteOptions } from '#sources/source.ts';
import { rechunk } from '../rechunk.ts';
import { zstdFrames } from '../zstd-frames.ts';

/** Uncompressed bytes of a part, doubled for databases that would need more than so many. */
const PART = 16 * 2 ** 20;
const MOST_PARTS = 4096;
const CHUNK = 2 ** 20;

/** The members a database file was cut into; `cat` of them all, through `zstd -d` where they are .zst, is the file. */
export interface WrittenParts {
  members: MemberRecord[];
  form: 'plain' | 'zstd';
  bytes: number;
  sha256: string;
}

/** Writes a file that nobody changes as `<prefix>/database-00001.zst` and so on, in order. */
export async function writeParts(
  copy: string,
  prefix: string,
  item: string,
  sink: MemberSink,
  { signal, compression, onBytes }: WriteOptions,
): Promise<WrittenParts> {
  const form = compression === 'None' ? 'plain' : 'zstd';
  const file = await open(copy, 'r');
  try {
    const { size } = await file.stat();
    const part = partSize(size);
    const sha256 = createHash('sha256');
    const members: MemberRecord[] = [];
    for (let start = 0; start < size || members.length === 0; start += part) {
      const number = String(members.length + 1).padStart(5, '0');
      const plain = async function* (): AsyncGenerator<Uint8Array> {
        for await (const chunk of readRange(file, start, Math.min(part, size - start), signal)) {
          sha256.update(chunk);
          onBytes(chunk.length, item);
          yield chunk;
        }
      };
      const content =
        form === 'zstd' ? () => zstdFrames(plain(), compression) : () => rechunk(plain(), CHUNK);
      const path = `${prefix}/database-${number}${form === 'zstd' ? '.zst' : ''}`;
      members.push(await sink.add(path, content, { signal }));
    }
    return { members, form, bytes: size, sha256: sha256.digest('hex') };
  } finally {
    await file.close();
  }
}

function partSize(size: number): number {
  let part = PART;
  while (size / part > MOST_PARTS) part *= 2;
  return part;
}

async function* readRange(
  file: FileHandle,
  start: number,
  length: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < length; ) {
    signal.throwIfAborted();
    const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK, length - done));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start + done);
    // A stop makes the copy empty.
    signal.throwIfAborted();
    if (bytesRead === 0) throw new Error('the copy of the database was cut while it was in use');
    yield buffer.subarray(0, bytesRead);
    done += bytesRead;
  }
}
