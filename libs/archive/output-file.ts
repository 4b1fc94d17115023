import { type FileHandle, open } from 'node:fs/promises';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';

/** The file that an archive is written to, front to back; a fault test stands one of its own before the real one. */
export interface OutputFile {
  readonly path: string;
  /** Writes all of the bytes at this position. */
  write(buffers: readonly Uint8Array[], position: number): Promise<void>;
  /** Resolves when everything written is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
  /** Instead of `close`, for a file that is to be removed: what still waits for the disk is dropped, not waited for. */
  discard(): Promise<void>;
}

/** What is used of a file's handle, so that a fault test can stand a failing one in its place. */
export type OutputHandle = Pick<FileHandle, 'writev' | 'datasync' | 'sync' | 'truncate' | 'close'>;

/** A new file that only its owner can read, from its creation on; throws `write-failed` if the name is taken. */
export async function openOutputFile(
  path: string,
  openHandle: (path: string, flags: string, mode: number) => Promise<OutputHandle> = open,
): Promise<OutputFile> {
  const handle = await guarded(path, () => openHandle(path, 'wx', 0o600));
  const early = earlySync(handle);
  return {
    path,
    write: (buffers, position) =>
      guarded(path, async () => {
        await writeAll(handle, buffers, position);
        early.written(buffers.reduce((sum, { length }) => sum + length, 0));
      }),
    sync: () =>
      guarded(path, async () => {
        await early.ended();
        await handle.sync();
      }),
    close: () => guarded(path, () => early.ended().finally(() => handle.close())),
    discard: () =>
      guarded(path, async () => {
        try {
          await handle.truncate(0);
        } finally {
          await early.ended().finally(() => handle.close());
        }
      }),
  };
}

/** So much may wait for the disk before it is told to begin. */
const SYNC_AFTER = 64 * 2 ** 20;

/**
 * Lets the disk work while the archive is still being made: without it, all of an archive that fits into the
 * system's memory waits for the one sync at its end. A failure is told once, at the end or at closing.
 */
function earlySync(handle: OutputHandle): { written(bytes: number): void; ended(): Promise<void> } {
  let waiting = 0;
  let running: Promise<void> | undefined;
  let failure: { error: unknown } | undefined;
  return {
    written(bytes) {
      waiting += bytes;
      if (waiting < SYNC_AFTER || running || failure) return;
      waiting = 0;
      running = handle
        .datasync()
        .catch((error: unknown) => {
          failure = { error };
        })
        .finally(() => {
          running = undefined;
        });
    },
    async ended() {
      await running;
      const found = failure;
      failure = undefined;
      if (found) throw found.error;
    },
  };
}

async function guarded<Result>(path: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (cause) {
    throw writeError(path, cause);
  }
}

function writeError(path: string, cause: unknown): LifeboatError {
  const code = systemErrorCode(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new LifeboatError('space-low', `no space left to write ${path} (${code})`, {
      hint: 'free space there, allow larger files, or choose another destination',
      cause,
    });
  }
  if (code === 'EEXIST') {
    return new LifeboatError('write-failed', `${path} exists already`, { cause });
  }
  return new LifeboatError('write-failed', `cannot write ${path}: ${code ?? cause}`, { cause });
}

async function writeAll(handle: OutputHandle, buffers: readonly Uint8Array[], start: number): Promise<void> {
  let position = start;
  let rest = buffers.filter((buffer) => buffer.length > 0);
  while (rest.length > 0) {
    const { bytesWritten } = await handle.writev(rest, position);
    position += bytesWritten;
    rest = withoutFirst(rest, bytesWritten);
  }
}

function withoutFirst(buffers: Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  const rest: Uint8Array[] = [];
  for (const buffer of buffers) {
    if (skip >= buffer.length) {
      skip -= buffer.length;
    } else {
      rest.push(skip > 0 ? buffer.subarray(skip) : buffer);
      skip = 0;
    }
  }
  return rest;
}
