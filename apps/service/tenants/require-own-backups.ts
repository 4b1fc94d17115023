import type { Dirent } from 'node:fs';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';

/**
 * A tenant's folder of backups is a folder of its own, and so is what Lifeboat keeps in it: a link would lead into
 * another tenant's, and a pipe would be waited for by all. It is made if it is missing. Throws `not-allowed`;
 * `destination-not-writable` or `source-missing` where it cannot be made.
 */
export async function requireOwnBackups(root: string): Promise<void> {
  const backups = join(root, 'backups');
  await makeIfMissing(backups);
  await requirePlain(backups, 'folder');
  for (const entry of await entriesOf(backups)) {
    if (entry.name === '.lifeboat') await requireFolderOfFiles(join(backups, entry.name));
    if (entry.name.startsWith('backupHistory')) await requirePlain(join(backups, entry.name), 'file');
  }
}

async function makeIfMissing(backups: string): Promise<void> {
  try {
    await mkdir(backups, { mode: 0o700 });
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'EEXIST') return;
    if (code === undefined) throw cause;
    const gone = code === 'ENOENT';
    throw new LifeboatError(
      gone ? 'source-missing' : 'destination-not-writable',
      gone ? `the tenant's folder of ${backups} is gone` : `cannot make the folder ${backups}: ${code}`,
      {
        hint: gone
          ? 'it comes back with its folder'
          : 'give the user that runs lifeboat the right to write in the folder above it',
        cause,
      },
    );
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
