import { LifeboatError } from '#platform/errors.ts';
import type { MemberRecord, MemberSink, WriteOptions } from '#sources/source.ts';
import { isCompressible } from '../files/write/is-compressible.ts';
import { type LargeFile, openLargeFile } from '../open-large-file.ts';
import { rechunk } from '../rechunk.ts';
import { zstdFrames } from '../zstd-frames.ts';

const WRITE_CHUNK = 2 ** 20;

export interface WrittenBackup {
  member: MemberRecord;
  form: 'plain' | 'zstd';
  bytes: number;
  sha256: string;
}

/**
 * Streams a .bak from the staging folder into the archive as `<folder>/database.bak`, or `.bak.zst` where that makes it
 * smaller. Throws `read-failed` if it cannot be read to its end or changes meanwhile.
 */
export async function writeBackup(
  path: string,
  folder: string,
  sink: MemberSink,
  { signal, compression, onBytes }: WriteOptions,
): Promise<WrittenBackup> {
  await using file = await openLargeFile(path);
  const compress = compression !== 'None' && isCompressible(await file.sample());
  const plain = () => countedBytes(file, path, signal, onBytes);
  const member = await sink.add(
    `${folder}/database.bak${compress ? '.zst' : ''}`,
    compress ? () => zstdFrames(plain(), compression) : () => rechunk(plain(), WRITE_CHUNK),
    { signal },
  );
  const { failure, changed, bytes, sha256 } = file.outcome();
  if (failure !== undefined || changed !== undefined) {
    throw new LifeboatError('read-failed', `cannot read the backup ${path}: ${failure ?? `it ${changed}`}`, {
      hint: 'check the staging folder and the way to it, then try again',
      cause: failure,
    });
  }
  return { member, form: compress ? 'zstd' : 'plain', bytes, sha256 };
}

async function* countedBytes(
  file: LargeFile,
  path: string,
  signal: AbortSignal,
  onBytes: WriteOptions['onBytes'],
): AsyncGenerator<Uint8Array> {
  for await (const chunk of file.read(signal)) {
    onBytes(chunk.length, path);
    yield chunk;
  }
}
