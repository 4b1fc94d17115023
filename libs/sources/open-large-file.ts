import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { changeBetween, OPEN_FLAGS } from './read-small-file.ts';

const CHUNK = 2 ** 20;
const SAMPLE = 64 * 1024;

/** A file that is streamed, not held. */
export interface LargeFile extends AsyncDisposable {
  /** Of the opened file, before it was read. */
  readonly stat: BigIntStats;
  /** Up to 128 KiB of its beginning and its middle. */
  sample(): Promise<Buffer>;
  /** Its bytes up to its size at open. A failure of the disk ends them early; outcome() has it. */
  read(signal: AbortSignal): AsyncGenerator<Uint8Array>;
  /** After read(). */
  outcome(): ReadOutcome;
}

export interface ReadOutcome {
  bytes: number;
  sha256: string;
  changed: string | undefined;
  /** The system's error that ended the reading, or undefined. */
  failure: unknown;
}

/** Rejects with the system's error, ENOENT also for what is no longer a plain file. */
export async function openLargeFile(path: Buffer | string): Promise<LargeFile> {
  const file = await open(path, OPEN_FLAGS);
  const stat = await file.stat({ bigint: true });
  if (!stat.isFile()) {
    await file.close();
    throw Object.assign(new Error('no longer a file'), { code: 'ENOENT' });
  }
  let outcome: ReadOutcome = { bytes: 0, sha256: '', changed: undefined, failure: undefined };

  async function* read(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const sha256 = createHash('sha256');
    const size = Number(stat.size);
    let position = 0;
    let failure: unknown;
    while (position < size) {
      signal.throwIfAborted();
      const chunk = await readAt(file, position, Math.min(CHUNK, size - position)).catch((error: unknown) => {
        failure = error;
        return Buffer.alloc(0);
      });
      if (chunk.length === 0) break;
      sha256.update(chunk);
      position += chunk.length;
      yield chunk;
    }
    const after = failure === undefined ? await file.stat({ bigint: true }) : stat;
    outcome = {
      bytes: position,
      sha256: sha256.digest('hex'),
      changed: changeBetween(stat, after, position),
      failure,
    };
  }

  return {
    stat,
    async sample() {
      const middle = Math.floor(Number(stat.size) / 2);
      return Buffer.concat([await readAt(file, 0, SAMPLE), await readAt(file, middle, SAMPLE)]);
    },
    read,
    outcome: () => outcome,
    [Symbol.asyncDispose]: () => file.close(),
  };
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
