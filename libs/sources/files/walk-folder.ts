import { type BigIntStats, type Dir, lstat } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';
import { RESERVED_PREFIX } from '../exchange/staging-places.ts';
import { type BytePath, below, joinBytes, showPath, toText } from './byte-path.ts';
import type { PlaceSet } from './never-inside.ts';
import type { NoteList } from './note-list.ts';
import { whyUnreadable } from './why-unreadable.ts';

export interface WalkedItem {
  path: BytePath;
  type: 'folder' | 'file' | 'link';
  stat: BigIntStats;
}

export interface WalkOptions {
  /** True for what the conf excludes, by its text below the folder. */
  excluded: (path: string) => boolean;
  never: PlaceSet;
  notes: NoteList;
  signal: AbortSignal;
}

/** Entries looked at in one go; more would only wait for the thread pool. */
const AT_ONCE = 64;
const NAMES_PER_READ = 512;

/**
 * Everything below a folder (the folder itself, `.`, first), in the order that files.ndjson has. Links are
 * never followed. Memory: the names of the folders that are open, nothing for those done. What cannot be
 * looked at is noted and left out; the root's own absence or refusal throws the system's error.
 */
export async function* walkFolder(root: string, options: WalkOptions): AsyncGenerator<WalkedItem> {
  const top = await lookAt(Buffer.from(`${root}/.`));
  yield { path: '.' as BytePath, type: 'folder', stat: top };
  const open = [await openFolder(root, '.' as BytePath, options.signal)];
  for (let folder = open.at(-1); folder; folder = open.at(-1)) {
    options.signal.throwIfAborted();
    if (folder.seen.length === 0) folder.seen = await lookAtNext(root, folder, options);
    const item = folder.seen.shift();
    if (item) {
      yield item;
      if (item.type === 'folder') await enter(root, item.path, open, options);
    } else if (folder.next === folder.names.length) {
      open.pop();
    }
  }
}

interface OpenFolder {
  path: BytePath;
  names: string[];
  /** Names before this one were looked at; what came of it and is still to be yielded. */
  next: number;
  seen: WalkedItem[];
}

async function openFolder(root: string, path: BytePath, signal: AbortSignal): Promise<OpenFolder> {
  return { path, names: await listNames(root, path, signal), next: 0, seen: [] };
}

/** Sorted names, as bytes. One read at a time instead of readdir: its entry objects alone would take 100 MB. */
async function listNames(root: string, path: BytePath, signal: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  const folder = (await opendir(below(root, path) as unknown as string, {
    encoding: 'latin1',
    bufferSize: NAMES_PER_READ,
  })) as Dir;
  for await (const entry of folder) {
    signal.throwIfAborted();
    names.push(entry.name);
  }
  return names.sort();
}

async function enter(
  root: string,
  path: BytePath,
  open: OpenFolder[],
  { notes, signal }: WalkOptions,
): Promise<void> {
  try {
    open.push(await openFolder(root, path, signal));
  } catch (error) {
    signal.throwIfAborted();
    noteFailure(notes, `${root}/${showPath(path)}`, error);
  }
}

async function lookAtNext(root: string, folder: OpenFolder, options: WalkOptions): Promise<WalkedItem[]> {
  const names = folder.names.slice(folder.next, folder.next + AT_ONCE);
  folder.next += names.length;
  const looked = names.map((name) => lookAtEntry(root, joinBytes(folder.path, name), name, options));
  return (await Promise.all(looked)).filter((item) => item !== undefined);
}

async function lookAtEntry(
  root: string,
  path: BytePath,
  name: string,
  { excluded, never, notes }: WalkOptions,
): Promise<WalkedItem | undefined> {
  const shown = `${root}/${showPath(path)}`;
  if (name.startsWith(RESERVED_PREFIX)) return undefined;
  if (excluded(showPath(path))) return undefined;
  let stat: BigIntStats;
  try {
    stat = await lookAt(below(root, path));
  } catch (error) {
    noteFailure(notes, shown, error);
    return undefined;
  }
  if (never.has(stat)) return undefined;
  if (toText(name as BytePath) === undefined) {
    notes.add('name-not-utf8', shown, 'saved and restored byte for byte');
  }
  if (stat.isDirectory()) return { path, type: 'folder', stat };
  if (stat.isFile()) return { path, type: 'file', stat };
  if (stat.isSymbolicLink()) return { path, type: 'link', stat };
  notes.add('special-file', shown, `a ${kindOf(stat)}, not saved`);
  return undefined;
}

function kindOf(stat: BigIntStats): string {
  if (stat.isSocket()) return 'socket';
  if (stat.isFIFO()) return 'named pipe';
  return 'device';
}

function lookAt(path: Buffer): Promise<BigIntStats> {
  return new Promise((resolve, reject) => {
    lstat(path, { bigint: true }, (error, stat) => (error ? reject(error) : resolve(stat)));
  });
}

/** Gone since its name was read is one thing, refused or broken another. */
export function noteFailure(notes: NoteList, what: string, error: unknown): void {
  const code = systemErrorCode(error);
  if (code === undefined) throw error;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') notes.add('vanished-while-read', what);
  else notes.add('unreadable', what, whyUnreadable(code));
}
