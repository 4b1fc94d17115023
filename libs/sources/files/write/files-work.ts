import type { BigIntStats } from 'node:fs';
import type { MemberRecord, MemberSink, WriteOptions } from '#sources/source.ts';
import type { LargeFile } from '../../open-large-file.ts';
import type { OwnerNames } from '../../owner-names.ts';
import type { SmallFile } from '../../read-small-file.ts';
import { type BytePath, below, showPath } from '../byte-path.ts';
import type { FileEntry, FolderEntry } from '../entries/file-entry.ts';
import type { NoteList } from '../note-list.ts';
import { noteFailure, type WalkedItem } from '../walk-folder.ts';
import type { EntryList } from './entry-list.ts';
import type { PackPlan } from './plan-packs.ts';
import type { Fetched } from './read-ahead.ts';
import type { WindowsFacts } from './windows-facts.ts';

/** What the steps that write one component share. */
export interface FilesWork {
  /** What its members' paths begin with: `folder/<name as a member's segment>`. */
  prefix: string;
  root: string;
  plan: PackPlan;
  sink: MemberSink;
  options: WriteOptions;
  notes: NoteList;
  list: EntryList;
  owners: OwnerNames;
  windows: WindowsFacts;
  members: MemberRecord[];
  packs: { member: string; bytes: number }[];
  nameFor: (path: BytePath, ending: string) => string;
  /** First paths of files that have several, by device and inode. */
  linked: Map<string, BytePath>;
}

/** A small file read ahead, or why it could not be read. */
export type SmallRead = { file: SmallFile } | { error: unknown };

export type Item = Fetched<WalkedItem, SmallRead>;

/** The fields that all kinds of entries have. */
export async function commonFields(
  path: BytePath,
  stat: BigIntStats,
  owners: OwnerNames,
): Promise<Omit<FolderEntry, 'type'>> {
  const uid = Number(stat.uid);
  const gid = Number(stat.gid);
  const owner = await owners.user(uid);
  const group = await owners.group(gid);
  return {
    path,
    mode: Number(stat.mode & 0o7777n),
    uid,
    gid,
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
    mtime: stat.mtimeNs,
  } satisfies Omit<FileEntry & { type: 'folder' }, 'type'>;
}

/** The key under which a file that has several names is known, or undefined if it has one. */
export function linkKey({ stat }: WalkedItem): string | undefined {
  return stat.nlink > 1n ? `${stat.dev}:${stat.ino}` : undefined;
}

/** Opens a file by its path below the root; notes and returns undefined if it cannot be. */
export async function openOrNote<T>(
  work: FilesWork,
  item: WalkedItem,
  openAt: (path: Buffer) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await openAt(below(work.root, item.path));
  } catch (error) {
    noteFailure(work.notes, shown(work, item), error);
    return undefined;
  }
}

export function shown(work: FilesWork, { path }: WalkedItem): string {
  return `${work.root}/${showPath(path)}`;
}

/** The file's bytes, each counted as progress. */
export async function* counted(
  work: FilesWork,
  item: WalkedItem,
  file: LargeFile,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of file.read(work.options.signal)) {
    work.options.onBytes(chunk.length, shown(work, item));
    yield chunk;
  }
}
