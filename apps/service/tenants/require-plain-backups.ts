import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LifeboatError } from '#platform/errors.ts';

/**
 * That a tenant's folder of backups, which is there, and what Lifeboat keeps in it are no links, pipes or the like.
 * Throws `not-allowed`; the system's error where it cannot be looked at.
 */
export async function requirePlainBackups(backups: string): Promise<void> {
  await requirePlain(backups, 'folder');
  for (const entry of await entriesOf(backups)) {
    if (entry.name === '.lifeboat') await requireFolderOfFiles(join(backups, entry.name));
    if (entry.name.startsWith('backupHistory')) await requirePlain(join(backups, entry.name), 'file');
  }
}

async function requireFolderOfFiles(folder: string): Promise<void> {
  await requirePlain(folder, 'folder');
  for (const entry of await entriesOf(folder)) {
    const plain = entry.name.endsWith('.drafts') ? entry.isDirectory() : entry.isFile();
    if (!plain) throw notPlain(join(folder, entry.name));
  }
}

async function requirePlain(path: string, kind: 'folder' | 'file'): Promise<void> {
  const facts = await lstat(path);
  if (!(kind === 'folder' ? facts.isDirectory() : facts.isFile())) throw notPlain(path);
}

function notPlain(path: string): LifeboatError {
  return new LifeboatError(
    'not-allowed',
    `${path} is a link or something else that leads out of the tenant`,
    {
      hint: "remove it: what belongs to a tenant's backups lies in its own folder",
    },
  );
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return await readdir(folder, { withFileTypes: true });
}
