import { hash } from 'node:crypto';
import { type BigIntStats, readlinkSync } from 'node:fs';
import { LifeboatError } from '#platform/errors.ts';
import type { WindowsSecurity } from '#platform/windows/windows-security.ts';
import type { MemberReader } from '#sources/restore-target.ts';
import { digestFile } from '../../digest-file.ts';
import { readSmallFile, SMALL_FILE } from '../../read-small-file.ts';
import { type BytePath, below, showPath } from '../byte-path.ts';
import type { ContentEntry, FileEntry } from '../entries/file-entry.ts';
import type { FilesRecord } from '../entries/files-record.ts';
import { readEntries } from '../entries/read-entries.ts';
import type { PlaceSet } from '../never-inside.ts';
import { noteList } from '../note-list.ts';
import { type WalkedItem, walkFolder } from '../walk-folder.ts';
import { type Ahead, type Fetched, readAhead } from '../write/read-ahead.ts';

export interface TreeToCheck {
  base: string;
  record: FilesRecord;
  archive: MemberReader;
  skip: (path: BytePath) => boolean;
  /** False if the system did not let us set owners; set-user-id may then be gone too. */
  ownersSet: boolean;
  /** Compares access rights; undefined where there are none, or where they could not all be set. */
  security?: WindowsSecurity | undefined;
}

const AHEAD = { count: 32, bytes: 8 * 2 ** 20 };
const NOWHERE: PlaceSet = { size: 0, has: () => false };

/**
 * Walks through what was staged and through the list of entries side by side: everything listed must be there
 * as listed, contents read back and hashed, and nothing else. Throws `check-failed` naming the first
 * difference. Returns the number of files and their bytes.
 */
export async function checkTree(
  tree: TreeToCheck,
  signal: AbortSignal,
): Promise<{ files: number; bytes: number }> {
  const notes = noteList();
  const walked = walkFolder(tree.base, { excluded: () => false, never: NOWHERE, notes, signal });
  const found = readAhead(walked, (item) => fetchDigest(tree, item), AHEAD);
  const firstNames = new Map<BytePath, bigint>();
  const counted = { files: 0, bytes: 0 };
  try {
    for await (const entry of readEntries(tree.archive, tree.record.prefix, signal)) {
      if (tree.skip(entry.path)) continue;
      const next = await found.next();
      if (next.done) throw differs(entry.path, 'is not there');
      await compare(tree, entry, next.value, firstNames, signal);
      if (entry.type === 'file') {
        counted.files += 1;
        counted.bytes += entry.size;
      }
    }
    const more = await found.next();
    if (!more.done) throw differs(more.value.item.path, 'is there though the archive does not hold it');
    return counted;
  } finally {
    await found.return(undefined);
  }
}

function fetchDigest(tree: TreeToCheck, item: WalkedItem): Ahead<string> | undefined {
  if (item.type !== 'file' || item.stat.size > SMALL_FILE) return undefined;
  const result = readSmallFile(below(tree.base, item.path), SMALL_FILE);
  return { bytes: Number(item.stat.size), result: result.then(({ bytes }) => hash('sha256', bytes)) };
}

async function compare(
  tree: TreeToCheck,
  entry: FileEntry,
  { item, result }: Fetched<WalkedItem, string>,
  firstNames: Map<BytePath, bigint>,
  signal: AbortSignal,
): Promise<void> {
  if (item.path !== entry.path) throw differs(entry.path, `is not there, ${showPath(item.path)} is`);
  const type = entry.type === 'hardlink' ? 'file' : entry.type;
  if (item.type !== type) throw differs(entry.path, `is a ${item.type}, not a ${type}`);
  if (entry.type === 'hardlink') {
    if (firstNames.get(entry.target) === item.stat.ino) return;
    throw differs(entry.path, `is not the same file as ${showPath(entry.target)}`);
  }
  if (entry.type === 'link') compareTarget(tree, entry.path, entry.target);
  if (entry.type === 'file') {
    if (entry.linked) firstNames.set(entry.path, item.stat.ino);
    await compareContent(tree, entry, item.stat, result, signal);
  }
  // The top folder gets its attributes when it is switched over.
  if (entry.path !== '.') compareAttributes(tree, entry, item.stat);
}

async function compareContent(
  tree: TreeToCheck,
  entry: ContentEntry,
  stat: BigIntStats,
  digest: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (Number(stat.size) !== entry.size)
    throw differs(entry.path, `has ${stat.size} bytes, not ${entry.size}`);
  const sha256 = digest ?? (await digestFile(below(tree.base, entry.path), signal));
  if (sha256 !== entry.sha256) throw differs(entry.path, `has SHA-256 ${sha256}, not ${entry.sha256}`);
}

const SPECIAL_BITS = 0o7000;
/** What Node's way to set times loses at most. */
const TIME_LOSS_NS = 1000n;
const SECOND_NS = 1_000_000_000n;

function compareAttributes(tree: TreeToCheck, entry: FileEntry, stat: BigIntStats): void {
  if (process.platform !== 'win32' && entry.type !== 'link') {
    const seen = tree.ownersSet ? 0o7777 : 0o7777 & ~SPECIAL_BITS;
    const mode = Number(stat.mode) & seen;
    if (mode !== (entry.mode & seen)) {
      throw differs(entry.path, `has mode ${mode.toString(8)}, not ${entry.mode.toString(8)}`);
    }
  }
  compareRights(tree, entry);
  const off = stat.mtimeNs > entry.mtime ? stat.mtimeNs - entry.mtime : entry.mtime - stat.mtimeNs;
  // Some file systems hold whole or even seconds only.
  const allowed = stat.mtimeNs % SECOND_NS === 0n || entry.mtime < 0n ? 2n * SECOND_NS : TIME_LOSS_NS;
  if (off > allowed) throw differs(entry.path, `has the time ${stat.mtimeNs}, not ${entry.mtime}`);
}

function compareRights({ base, security }: TreeToCheck, entry: FileEntry): void {
  if (security === undefined || !('sddl' in entry) || entry.sddl === undefined) return;
  const read = security.read(below(base, entry.path).toString());
  const found = 'sddl' in read ? read.sddl : `unreadable (Windows error ${read.status})`;
  if (found !== entry.sddl) throw differs(entry.path, `has the access rights ${found}, not ${entry.sddl}`);
}

function compareTarget(tree: TreeToCheck, path: BytePath, target: BytePath): void {
  const found = readlinkSync(below(tree.base, path), { encoding: 'latin1' });
  if (withoutLastSlash(found) !== withoutLastSlash(target))
    throw differs(path, 'leads elsewhere than the link in the archive');
}

/** Windows ends the target of a junction as it likes. */
function withoutLastSlash(target: string): string {
  return process.platform === 'win32' ? target.replace(/\\+$/, '') : target;
}

function differs(path: BytePath, how: string): LifeboatError {
  return new LifeboatError(
    'check-failed',
    `what was staged differs from the archive: ${showPath(path)} ${how}`,
    {
      hint: 'nothing live was changed; check the disk and the memory of this machine, then try again',
    },
  );
}
