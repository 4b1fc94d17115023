import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ownerForNew } from './owner-for-new.ts';
import { syncFolder } from './sync-folder.ts';

/**
 * Writes a whole file so that a reader, and a crash at any moment, sees the old content or the new one.
 * The file is private (0600) from its creation unless `mode` says otherwise; parents must exist. Root gives it to
 * `owner`, or else to the folder's owner.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: { mode?: number; owner?: { uid: number; gid: number }; signal?: AbortSignal } = {},
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  options.signal?.throwIfAborted();
  const owner = options.owner ?? ownerForNew(dirname(path));
  try {
    const file = await open(temporary, 'wx', options.mode ?? 0o600);
    try {
      if (owner) await file.chown(owner.uid, owner.gid);
      await file.writeFile(data);
      // The umask may have taken bits of the asked mode away.
      if (options.mode !== undefined) await file.chmod(options.mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}
