import { readlink } from 'node:fs/promises';
import { type BytePath, below } from '../byte-path.ts';
import { noteFailure, type WalkedItem } from '../walk-folder.ts';
import { commonFields, type FilesWork, shown } from './files-work.ts';

/** Lists a folder or a symbolic link: there is no content to write. */
export async function listPlain(work: FilesWork, item: WalkedItem): Promise<void> {
  const { path, type, stat } = item;
  const common = await commonFields(path, stat, work.owners);
  if (type === 'folder') {
    return await work.list.add({ ...common, ...work.windows.rights(path), type: 'folder' });
  }
  let target: string;
  try {
    target = await readlink(below(work.root, path), { encoding: 'latin1' });
  } catch (error) {
    noteFailure(work.notes, shown(work, item), error);
    return;
  }
  const entry = { ...common, type: 'link' as const, target: target as BytePath };
  await work.list.add({ ...entry, ...work.windows.link(path) });
}
