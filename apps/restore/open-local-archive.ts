import type { ArchiveReader } from '#archive/archive.ts';
import { fileAccess } from '#archive/file-access.ts';
import { openArchive } from '#archive/open-archive.ts';

/** Opens an archive file by its path; closing the archive closes the file. */
export async function openLocalArchive(path: string, signal: AbortSignal): Promise<ArchiveReader> {
  return await openArchive(await fileAccess(path), signal);
}
