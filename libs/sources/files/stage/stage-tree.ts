import { linkSync, mkdirSync } from 'node:fs';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { MemberReader, StageOptions } from '#sources/restore-target.ts';
import { type BytePath, below, showPath } from '../byte-path.ts';
import { entryContents } from '../entries/entry-contents.ts';
import type { FileEntry, FolderEntry, HardLinkEntry } from '../entries/file-entry.ts';
import type { FilesRecord } from '../entries/files-record.ts';
import { readEntries } from '../entries/read-entries.ts';
import type { AttributeSetter } from './attribute-setter.ts';
import { makeLink } from './make-link.ts';
import { stageFile } from './stage-file.ts';

export interface TreeToStage {
  /** An empty folder that nobody else can enter. */
  base: string;
  record: FilesRecord;
  archive: MemberReader;
  attributes: AttributeSetter;
  /** True for what stays out: places that the live folder keeps. */
  skip: (path: BytePath) => boolean;
}

/**
 * Makes everything that the list of entries names below `base`, and returns the entry of the top folder, whose
 * attributes are set when it is switched over. Each entry's folder must be one that this very call made and
 * that is still open, and nothing may exist yet: so no entry is ever reached through a link, and no name
 * is there twice. Throws `archive-hostile` for a list that tries.
 */
export async function stageTree(tree: TreeToStage, options: StageOptions): Promise<FolderEntry> {
  const { base, record, archive, attributes } = tree;
  await using contents = entryContents(archive, record, options.signal);
  const open: FolderEntry[] = [];
  const linked = new Set<BytePath>();
  for await (const entry of readEntries(archive, record.prefix, options.signal)) {
    options.signal.throwIfAborted();
    if (open.length === 0) {
      open.push(topOf(entry));
      continue;
    }
    if (tree.skip(entry.path)) continue;
    await closeUpTo(parentOf(entry), open, tree);
    const path = below(base, entry.path);
    try {
      if (entry.type === 'folder') {
        mkdirSync(path, { mode: 0o700 });
        open.push(entry);
      } else if (entry.type === 'file') {
        await stageFile(path, entry, contents.open(entry), attributes);
        if (entry.linked) linked.add(entry.path);
        options.onBytes(entry.size, showPath(entry.path));
      } else if (entry.type === 'link') {
        makeLink(path, entry);
        await attributes.onLink(path, entry);
      } else {
        linkSync(below(base, firstName(entry, linked)), path);
      }
    } catch (error) {
      throw systemErrorCode(error) === 'EEXIST' ? twin(entry) : error;
    }
  }
  const [top] = open;
  if (!top) throw new LifeboatError('archive-damaged', 'the list of files is empty');
  await closeUpTo('.' as BytePath, open, tree);
  return top;
}

function topOf(entry: FileEntry): FolderEntry {
  if (entry.type === 'folder' && entry.path === '.') return entry;
  throw new LifeboatError('archive-damaged', 'the list of files does not begin with the folder itself');
}

function parentOf({ path }: FileEntry): BytePath {
  const slash = path.lastIndexOf('/');
  return (slash < 0 ? '.' : path.slice(0, slash)) as BytePath;
}

/** Gives the folders that are complete their attributes, last of all their time: what is put in them changes it. */
async function closeUpTo(parent: BytePath, open: FolderEntry[], tree: TreeToStage): Promise<void> {
  for (let last = open.at(-1); last && last.path !== parent; last = open.at(-1)) {
    if (open.length === 1) {
      throw new LifeboatError(
        'archive-hostile',
        `the archive puts something below ${JSON.stringify(showPath(parent))}, which is no folder of its own`,
        { hint: 'such an archive was made to write outside its folder; nothing live was changed' },
      );
    }
    await tree.attributes.onFolder(below(tree.base, last.path), last);
    open.pop();
  }
}

/** A hard link may only name a file that was made before and said to have several names. */
function firstName(entry: HardLinkEntry, linked: ReadonlySet<BytePath>): BytePath {
  if (linked.has(entry.target)) return entry.target;
  throw new LifeboatError(
    'archive-hostile',
    `${showPath(entry.path)} is said to be a second name of ${showPath(entry.target)}, which is no such file of the archive`,
  );
}

function twin(entry: FileEntry): LifeboatError {
  return new LifeboatError(
    'archive-hostile',
    `the archive holds two things for ${JSON.stringify(showPath(entry.path))}, or this file system takes two of its names for one`,
    { hint: 'restore to a file system that tells upper from lower case; nothing live was changed' },
  );
}
