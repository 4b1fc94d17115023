import { chmod } from 'node:fs/promises';
import process from 'node:process';

/** A user number that owns nothing. */
const NOBODY = 65534;

/**
 * Runs an action as a user who may look into these folders and change nothing there. Root is never refused by
 * mode bits, so as root the process takes another user's rights meanwhile, and gives them back.
 */
export async function withoutRights<Result>(
  folders: readonly string[],
  action: () => Promise<Result>,
): Promise<Result> {
  for (const folder of folders) await chmod(folder, 0o555);
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(NOBODY);
  try {
    return await action();
  } finally {
    if (root) process.seteuid?.(0);
    for (const folder of folders) await chmod(folder, 0o755);
  }
}
