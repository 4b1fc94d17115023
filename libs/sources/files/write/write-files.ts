import type { ComponentRecord, Importance, MemberSink, WriteOptions } from '#sources/source.ts';
import { memberSegment } from '../../member-segment.ts';
import { ownerNames } from '../../owner-names.ts';
import { readSmallFile, SMALL_FILE } from '../../read-small-file.ts';
import { below } from '../byte-path.ts';
import { ENTRY_LIST } from '../entries/file-entry.ts';
import { memberNames } from '../entries/member-names.ts';
import type { NoteList } from '../note-list.ts';
import type { WalkedItem } from '../walk-folder.ts';
import { openEntryList } from './entry-list.ts';
import { type FilesWork, type Item, linkKey, type SmallRead } from './files-work.ts';
import { listPlain } from './list-plain.ts';
import { peekable } from './peekable.ts';
import type { PackPlan } from './plan-packs.ts';
import { type Ahead, readAhead } from './read-ahead.ts';
import { windowsFacts } from './windows-facts.ts';
import { isPacked, writePack } from './write-pack.ts';
import { writeSingle } from './write-single.ts';

const AHEAD = { count: 32, bytes: 8 * 2 ** 20 };

export interface FilesToWrite {
  component: { id: string; kind: 'folder' | 'file'; name: string; importance: Importance };
  /** What the entries' paths are below. */
  root: string;
  items: AsyncIterable<WalkedItem>;
  notes: NoteList;
  plan: PackPlan;
  /** A private folder for the list of entries while it grows. */
  workFolder: string;
  /** Said in the record for a person; nothing relies on it. */
  from: string;
}

/** Writes the members of a folder or file component: contents in the order of the entries, then the list of entries. */
export async function writeFiles(
  what: FilesToWrite,
  sink: MemberSink,
  options: WriteOptions,
): Promise<ComponentRecord> {
  await using list = await openEntryList(what.workFolder);
  const work: FilesWork = {
    prefix: `${what.component.kind}/${memberSegment(what.component.name)}`,
    root: what.root,
    plan: what.plan,
    sink,
    options,
    notes: what.notes,
    list,
    owners: ownerNames(),
    windows: await windowsFacts(what.root, what.notes),
    members: [],
    packs: [],
    nameFor: memberNames(),
    linked: new Map(),
  };
  await writeContents(work, what.items);
  const method = options.compression === 'None' ? 'store' : 'deflate';
  work.members.push(
    await sink.add(`${work.prefix}/${ENTRY_LIST}`, () => list.read(), { signal: options.signal, method }),
  );
  return recordOf(what, work);
}

async function writeContents(work: FilesWork, items: AsyncIterable<WalkedItem>): Promise<void> {
  const ahead = readAhead(items, (item) => fetchSmall(work, item), AHEAD);
  await using next = peekable<Item>(ahead);
  for (let item = await next.peek(); item; item = await next.peek()) {
    work.options.signal.throwIfAborted();
    if (isPacked(work, item)) {
      await writePack(work, next);
      continue;
    }
    await next.take();
    if (item.item.type === 'file') await writeSingle(work, item);
    else await listPlain(work, item.item);
  }
}

function fetchSmall(work: FilesWork, item: WalkedItem): Ahead<SmallRead> | undefined {
  // One of several names is read when it is its turn: its first name may have it already.
  if (item.type !== 'file' || item.stat.size > SMALL_FILE || linkKey(item)) return undefined;
  const result = readSmallFile(below(work.root, item.path), SMALL_FILE).then(
    (file) => ({ file }),
    (error: unknown) => ({ error }),
  );
  return { bytes: Number(item.stat.size), result };
}

function recordOf(what: FilesToWrite, work: FilesWork): ComponentRecord {
  const { files, folders, links, hardLinks, bytes, sha256, contentHash } = work.list.totals();
  const { notes } = what;
  const lost = notes.count('missing') + notes.count('unreadable');
  const unsteady = notes.count('changed-while-read') + notes.count('vanished-while-read');
  const partial = lost > 0 || (what.component.importance === 'required' && unsteady > 0);
  return {
    ...what.component,
    state: partial ? 'partial' : 'complete',
    bytes,
    sha256,
    items: files,
    notes: notes.list(),
    members: work.members,
    contentHash,
    details: { from: what.from, folders, links, hardLinks, packs: work.packs },
  };
}
