import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { writeFailure } from '../../../write-failure.ts';
import type { Staging } from '../../staging.ts';

/** A file in the staging folder; dispose removes it. */
export interface StagedFile extends AsyncDisposable {
  readonly bytes: number;
  /** As the server sees it. */
  readonly onServer: string;
}

/**
 * Writes a file that the server is to read: private from its creation, then, before anything is in it, given to
 * owner and group of the folder, which is the server's service account or one that it belongs to. Whether that
 * was enough, `proveReading` finds out. What was half-written is removed.
 */
export async function writeStagedFile(
  staging: Staging,
  name: string,
  content: AsyncIterable<Uint8Array>,
  { signal, onBytes }: { signal: AbortSignal; onBytes?: (bytes: number) => void },
): Promise<StagedFile> {
  const path = staging.here(name);
  await using undo = new AsyncDisposableStack();
  try {
    const file = await open(path, 'wx', 0o600);
    undo.defer(() => removeStaged(path));
    let bytes = 0;
    try {
      await giveToServer(file, staging.localFolder);
      for await (const chunk of content) {
        signal.throwIfAborted();
        await writeAll(file, chunk);
        bytes += chunk.length;
        onBytes?.(chunk.length);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    const written = undo.move();
    return {
      bytes,
      onServer: staging.onServer(name),
      [Symbol.asyncDispose]: () => written.disposeAsync(),
    };
  } catch (cause) {
    throw writeFailure(cause, path);
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) {
    at += (await file.write(chunk, at, chunk.length - at)).bytesWritten;
  }
}

/** Only root may give files away, and shares of other machines have owners of their own. */
const NOT_TO_BE_HAD = ['EPERM', 'EINVAL', 'ENOTSUP', 'ENOSYS'];

async function giveToServer(file: FileHandle, folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { uid, gid } = await stat(folder);
  try {
    await file.chown(process.getuid?.() === 0 ? uid : (process.getuid?.() ?? uid), gid);
    await file.chmod(0o640);
  } catch (cause) {
    if (!NOT_TO_BE_HAD.includes(systemErrorCode(cause) ?? '')) throw cause;
  }
}

async function removeStaged(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (cause) {
    throw new LifeboatError(
      'write-failed',
      `cannot remove the backup file ${path}: ${systemErrorCode(cause) ?? cause}`,
      { hint: 'remove it by hand: it holds the whole database', cause },
    );
  }
}
