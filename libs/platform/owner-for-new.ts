import { statSync } from 'node:fs';

/**
 * Whom a new file or folder in `folder` is to be given to. What root makes in a folder of another user (a restore in
 * the state folder of the service) would lock that user out, so it belongs to the folder's owner. Undefined where
 * whoever makes it keeps it.
 */
export function ownerForNew(folder: string): { uid: number; gid: number } | undefined {
  if (process.geteuid?.() !== 0) return undefined;
  const { uid, gid } = statSync(folder);
  return uid === 0 ? undefined : { uid, gid };
}
