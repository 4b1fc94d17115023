import { open } from 'node:fs/promises';

/**
 * Makes renames and creations inside a folder survive a power cut. Windows offers no such call for
 * folders; there NTFS's own journal orders renames, and this does nothing.
 */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
