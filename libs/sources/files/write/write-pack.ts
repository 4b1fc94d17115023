import { hash } from 'node:crypto';
import { once } from 'node:events';
import { pack as tarPack } from 'tar-stream';
import { openLargeFile } from '../../open-large-file.ts';
import { readSmallFile, SMALL_FILE, type SmallFile } from '../../read-small-file.ts';
import { rechunk } from '../../rechunk.ts';
import { zstdFrames } from '../../zstd-frames.ts';
import type { BytePath } from '../byte-path.ts';
import type { ContentForm } from '../entries/file-entry.ts';
import { tarName } from '../entries/tar-name.ts';
import { noteFailure, type WalkedItem } from '../walk-folder.ts';
import { commonFields, counted, type FilesWork, type Item, openOrNote, shown } from './files-work.ts';
import { listContent, listedAsHardLink } from './list-content.ts';
import { listPlain } from './list-plain.ts';
import type { Peekable } from './peekable.ts';

/** A tar header, and what rounding up to a block takes at most. */
const PER_FILE = 1024;
const WRITE_CHUNK = 256 * 1024;
const ZEROS = Buffer.alloc(64 * 1024);

/** True for a file that shares a member with others. */
export function isPacked({ plan }: FilesWork, { item }: Item): boolean {
  return item.type === 'file' && item.stat.size < plan.below;
}

/**
 * Writes one pack: the files that follow one another, up to one that is a member of its own or to the size
 * that a pack may have. Folders and links among them are listed. The pack is streamed, never held.
 */
export async function writePack(work: FilesWork, items: Peekable<Item>): Promise<void> {
  const { compression, signal } = work.options;
  // Files of a pack differ and their headers always shrink; what does not, zstd passes on at 1 GB/s.
  const compress = compression !== 'None';
  const form: ContentForm = compress ? 'tar.zst' : 'tar';
  const member = `pack-${String(work.packs.length + 1).padStart(4, '0')}.${form}`;
  const pack = { member, form, bytes: 0, tar: tarPack(), stopped: new AbortController() };
  const tar = () => tarOf(work, items, pack);
  const record = await work.sink.add(
    `${work.prefix}/${member}`,
    compress ? () => zstdFrames(tar(), compression) : () => rechunk(tar(), WRITE_CHUNK),
    { signal },
  );
  work.members.push(record);
  work.packs.push({ member, bytes: pack.bytes });
}

interface Pack {
  member: string;
  form: ContentForm;
  /** Of the tar, uncompressed. */
  bytes: number;
  tar: ReturnType<typeof tarPack>;
  /** Aborted when nobody takes the tar's bytes any more. */
  stopped: AbortController;
}

async function* tarOf(work: FilesWork, items: Peekable<Item>, pack: Pack): AsyncGenerator<Uint8Array> {
  const filling = fill(work, items, pack).then(
    () => pack.tar.finalize(),
    (error: Error) => pack.tar.destroy(error),
  );
  try {
    for await (const chunk of pack.tar as AsyncIterable<Uint8Array>) {
      pack.bytes += chunk.length;
      yield chunk;
    }
  } finally {
    pack.stopped.abort();
    pack.tar.destroy();
    await filling;
  }
}

async function fill(work: FilesWork, items: Peekable<Item>, pack: Pack): Promise<void> {
  let bytes = 0;
  for (let next = await items.peek(); next; next = await items.peek()) {
    work.options.signal.throwIfAborted();
    if (next.item.type === 'file') {
      const more = Number(next.item.stat.size) + PER_FILE;
      if (!isPacked(work, next) || (bytes > 0 && bytes + more > work.plan.packBytes)) return;
      bytes += more;
    }
    await items.take();
    if (next.item.type !== 'file') await listPlain(work, next.item);
    else if (!(await listedAsHardLink(work, next.item))) await addFile(work, next, pack);
  }
}

async function addFile(work: FilesWork, { item, result }: Item, pack: Pack): Promise<void> {
  if (result && 'error' in result) {
    noteFailure(work.notes, shown(work, item), result.error);
  } else if (result) {
    await addSmall(work, item, result.file, pack);
  } else if (item.stat.size <= SMALL_FILE) {
    const file = await openOrNote(work, item, (path) => readSmallFile(path, SMALL_FILE));
    if (file) await addSmall(work, item, file, pack);
  } else {
    await addLarge(work, item, pack);
  }
}

async function addSmall(work: FilesWork, item: WalkedItem, file: SmallFile, pack: Pack): Promise<void> {
  const header = { ...(await tarHeader(work, item.path, file.stat)), size: file.bytes.length };
  const added = Promise.withResolvers<void>();
  pack.tar.entry(header, file.bytes, (error) => (error ? added.reject(error) : added.resolve()));
  await added.promise;
  work.options.onBytes(file.bytes.length, shown(work, item));
  const content = { bytes: file.bytes.length, sha256: hash('sha256', file.bytes) };
  await listContent(work, item, file, content, pack);
}

/** A tar says a file's size before its content: one that ends early is filled up with zeros, its entry has the real size. */
async function addLarge(work: FilesWork, item: WalkedItem, pack: Pack): Promise<void> {
  const opened = await openOrNote(work, item, openLargeFile);
  if (!opened) return;
  await using file = opened;
  const size = Number(file.stat.size);
  const entry = pack.tar.entry({ ...(await tarHeader(work, item.path, file.stat)), size });
  const put = async (chunk: Uint8Array): Promise<void> => {
    if (!entry.write(chunk)) await once(entry, 'drain', { signal: pack.stopped.signal });
  };
  // What a destroyed tar does to this entry is told by the tar itself.
  entry.on('error', () => undefined);
  for await (const chunk of counted(work, item, file)) await put(chunk);
  const { failure, changed, ...content } = file.outcome();
  for (let left = size - content.bytes; left > 0; left -= ZEROS.length) await put(ZEROS.subarray(0, left));
  const ended = once(entry, 'close', { signal: pack.stopped.signal });
  entry.end(Buffer.alloc(0));
  await ended;
  if (failure !== undefined) return noteFailure(work.notes, shown(work, item), failure);
  await listContent(work, item, { stat: file.stat, changed }, content, pack);
}

async function tarHeader(work: FilesWork, path: BytePath, stat: SmallFile['stat']) {
  const { mode, uid, gid, owner, group } = await commonFields(path, stat, work.owners);
  return {
    name: tarName(path),
    mode,
    uid,
    gid,
    uname: owner ?? '',
    gname: group ?? '',
    mtime: new Date(Math.max(0, Number(stat.mtimeMs))),
    type: 'file' as const,
  };
}
