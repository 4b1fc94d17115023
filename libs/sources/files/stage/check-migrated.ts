import { lstat } from 'node:fs/promises';
import prettyBytes from 'pretty-bytes';
import { counted } from '#platform/counted.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { CheckedItem } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { digestFile } from '../../digest-file.ts';
import { syncFile } from '../../sync-file.ts';
import { syncTree } from '../../sync-tree.ts';
import { below } from '../byte-path.ts';
import { noteList } from '../note-list.ts';
import { walkFolder } from '../walk-folder.ts';

/**
 * LB-05: what a migration made of a staged folder or file. It has nothing to be compared with: it must be there,
 * each file is read to its end, and all of it is on the disk afterwards. Throws `check-failed`.
 */
export async function checkMigrated(
  path: string,
  component: ComponentRecord,
  signal: AbortSignal,
): Promise<CheckedItem> {
  const wanted = component.kind === 'folder' ? 'folder' : 'file';
  if ((await typeOf(path)) !== wanted) throw notThere(path, component, wanted);
  const { files, bytes } = wanted === 'folder' ? await readTree(path, signal) : await readOne(path, signal);
  const what = wanted === 'folder' ? `${counted(files, 'file')}, ` : '';
  const result = `${what}${prettyBytes(bytes)}: equal to the archive before the migration, read to the end after it`;
  return { component: component.id, result };
}

async function typeOf(path: string): Promise<'folder' | 'file' | undefined> {
  try {
    const stat = await lstat(path);
    return stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : undefined;
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    return undefined;
  }
}

async function readTree(path: string, signal: AbortSignal): Promise<{ files: number; bytes: number }> {
  const never = { size: 0, has: () => false };
  const read = { files: 0, bytes: 0 };
  for await (const item of walkFolder(path, { excluded: () => false, never, notes: noteList(), signal })) {
    if (item.type !== 'file') continue;
    await digestFile(below(path, item.path), signal);
    read.files += 1;
    read.bytes += Number(item.stat.size);
  }
  await syncTree(path, signal);
  return read;
}

async function readOne(path: string, signal: AbortSignal): Promise<{ files: number; bytes: number }> {
  await digestFile(path, signal);
  await syncFile(path);
  return { files: 1, bytes: (await lstat(path)).size };
}

function notThere(path: string, { id }: ComponentRecord, wanted: string): LifeboatError {
  return new LifeboatError('check-failed', `after the migration ${path}, staged for ${id}, is no ${wanted}`, {
    hint: 'nothing live was changed; the program "migrate" in [versions] must leave it where it is',
  });
}
