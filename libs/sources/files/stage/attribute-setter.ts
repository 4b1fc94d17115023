import { chmodSync, fchmodSync, fchownSync, futimesSync, lchownSync, lutimesSync, utimesSync } from 'node:fs';
import { systemErrorCode } from '#platform/errors.ts';
import type { WindowsSecurity } from '#platform/windows/windows-security.ts';
import type { OwnerNames } from '../../owner-names.ts';
import type { FileEntry } from '../entries/file-entry.ts';
import { type RefusedRights, rightsSetter } from './rights-setter.ts';

/**
 * Gives staged things owner, mode and time, in this order: changing the owner takes set-user-id away, and
 * nobody else may enter before the owner is right. The calls are synchronous: they touch the page cache
 * only, and through the thread pool they would take four times as long.
 */
export interface AttributeSetter {
  onFile(file: { fd: number; path: Buffer | string }, entry: FileEntry): Promise<void>;
  onFolder(path: Buffer | string, entry: FileEntry): Promise<void>;
  onLink(path: Buffer | string, entry: FileEntry): Promise<void>;
  /** Access rights alone, where the rest comes later. */
  onlyRights(path: Buffer | string, entry: FileEntry): void;
  /** How many owners the system did not let us set. */
  refused(): number;
  /** Whose access rights it did not let us set. */
  refusedRights(): RefusedRights;
}

/** `security` sets the rights of what was saved on Windows; undefined elsewhere. */
export function attributeSetter(owners: OwnerNames, security?: WindowsSecurity): AttributeSetter {
  let refused = 0;
  const posix = process.platform !== 'win32';
  const rights = rightsSetter(security);

  async function own(entry: FileEntry, chown: (uid: number, gid: number) => void): Promise<void> {
    if (!posix) return;
    const uid = (entry.owner === undefined ? undefined : await owners.uid(entry.owner)) ?? entry.uid;
    const gid = (entry.group === undefined ? undefined : await owners.gid(entry.group)) ?? entry.gid;
    try {
      chown(uid, gid);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code !== 'EPERM' && code !== 'EINVAL' && code !== 'ENOTSUP') throw error;
      refused += 1;
    }
  }

  return {
    async onFile({ fd, path }, entry) {
      await own(entry, (uid, gid) => fchownSync(fd, uid, gid));
      if (posix) fchmodSync(fd, entry.mode);
      rights.set(path, entry);
      futimesSync(fd, timeOf(entry), timeOf(entry));
    },
    async onFolder(path, entry) {
      await own(entry, (uid, gid) => lchownSync(path, uid, gid));
      if (posix) chmodSync(path, entry.mode);
      utimesSync(path, timeOf(entry), timeOf(entry));
      rights.set(path, entry);
    },
    async onLink(path, entry) {
      await own(entry, (uid, gid) => lchownSync(path, uid, gid));
      lutimesSync(path, timeOf(entry), timeOf(entry));
    },
    onlyRights: rights.set,
    refused: () => refused,
    refusedRights: () => rights.refused(),
  };
}

/** Node takes seconds as a double, which is good to a quarter of a microsecond, and takes a negative number for "now". */
function timeOf({ mtime }: FileEntry): number | Date {
  return mtime >= 0n ? Number(mtime) / 1e9 : new Date(Number(mtime / 1_000_000n));
}
