import type { BigIntStats } from 'node:fs';
import type { ContentEntry } from '../entries/file-entry.ts';
import type { WalkedItem } from '../walk-folder.ts';
import { commonFields, type FilesWork, linkKey, shown } from './files-work.ts';

/** Holes of less than this are not worth a sparse file. */
const HOLES = 32 * 1024;
const BLOCK = 512n;

/** Lists a file whose content was written, with a note if it did not keep still meanwhile. */
export async function listContent(
  work: FilesWork,
  item: WalkedItem,
  file: { stat: BigIntStats; changed: string | undefined },
  content: { bytes: number; sha256: string },
  where: Pick<ContentEntry, 'member' | 'form'>,
): Promise<void> {
  const key = linkKey(item);
  if (key !== undefined) work.linked.set(key, item.path);
  if (file.changed !== undefined) work.notes.add('changed-while-read', shown(work, item), file.changed);
  await work.list.add({
    ...(await commonFields(item.path, file.stat, work.owners)),
    ...work.windows.rights(item.path),
    type: 'file',
    size: content.bytes,
    sha256: content.sha256,
    ...(hasHoles(file.stat) ? { sparse: true } : {}),
    ...(key === undefined ? {} : { linked: true }),
    member: where.member,
    form: where.form,
  });
}

/** True if the file's content is in the archive under another of its names. */
export async function listedAsHardLink(work: FilesWork, item: WalkedItem): Promise<boolean> {
  const key = linkKey(item);
  const target = key === undefined ? undefined : work.linked.get(key);
  if (target === undefined) return false;
  const common = await commonFields(item.path, item.stat, work.owners);
  await work.list.add({ ...common, type: 'hardlink', target });
  return true;
}

export function hasHoles(stat: BigIntStats): boolean {
  // Windows does not say how many blocks a file takes.
  return stat.blocks !== undefined && stat.blocks * BLOCK + BigInt(HOLES) <= stat.size;
}
