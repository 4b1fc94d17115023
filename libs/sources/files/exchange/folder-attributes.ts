import { chmod, chown, lstat, utimes } from 'node:fs/promises';
import { LifeboatError } from '#platform/errors.ts';
import { windowsSecurity } from '#platform/windows/windows-security.ts';
import type { FolderAttributes } from './folder-state.ts';

/** What a folder is like by itself, without what is in it. */
export async function folderAttributes(path: string): Promise<FolderAttributes> {
  const { mode, uid, gid, mtimeNs } = await lstat(path, { bigint: true });
  const rights = (await windowsSecurity())?.read(path);
  return {
    ...(rights && 'sddl' in rights && { sddl: rights.sddl }),
    mode: Number(mode) & 0o7777,
    uid: Number(uid),
    gid: Number(gid),
    mtimeNs: String(mtimeNs),
  };
}

/** Only root can give a folder away. The time comes last, since each entry that is moved sets it. */
export async function setFolderAttributes(path: string, like: FolderAttributes): Promise<void> {
  if (process.geteuid?.() === 0) await chown(path, like.uid, like.gid);
  if (process.platform !== 'win32') await chmod(path, like.mode);
  if (like.sddl !== undefined) await setRights(path, like.sddl);
  const time = Number(BigInt(like.mtimeNs) / 1000n) / 1e6;
  await utimes(path, time, time);
}

async function setRights(path: string, sddl: string): Promise<void> {
  const status = (await windowsSecurity())?.write(path, sddl);
  if (status === 0 || status === undefined) return;
  throw new LifeboatError(
    'switch-failed',
    `cannot set the access rights of ${path}: Windows error ${status}`,
  );
}
