import { chmod, lstat, opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';

/** Removes a folder or file with everything in it, never through a link; nothing there is in order. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    // A restored folder without write permission cannot be emptied by others than root.
    await makeWritable(path);
    await rm(path, { recursive: true, force: true });
  }
}

async function makeWritable(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return;
  await chmod(path, 0o700);
  for await (const entry of await opendir(path)) {
    if (entry.isDirectory()) await makeWritable(join(path, entry.name));
  }
}
