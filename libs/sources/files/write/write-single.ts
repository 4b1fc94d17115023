import { hash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { type LargeFile, openLargeFile } from '../../open-large-file.ts';
import { readSmallFile, SMALL_FILE, type SmallFile } from '../../read-small-file.ts';
import { rechunk } from '../../rechunk.ts';
import { zstdFrames } from '../../zstd-frames.ts';
import { noteFailure, type WalkedItem } from '../walk-folder.ts';
import { counted, type FilesWork, type Item, openOrNote, shown } from './files-work.ts';
import { isCompressible } from './is-compressible.ts';
import { hasHoles, listContent, listedAsHardLink } from './list-content.ts';

const WRITE_CHUNK = 2 ** 20;

/** Writes a file as a member of its own, or lists it as another name of one that is written already. */
export async function writeSingle(work: FilesWork, { item, result }: Item): Promise<void> {
  if (await listedAsHardLink(work, item)) return;
  if (result && 'error' in result) {
    noteFailure(work.notes, shown(work, item), result.error);
  } else if (result) {
    await writeSmall(work, item, result.file);
  } else if (item.stat.size <= SMALL_FILE) {
    const file = await openOrNote(work, item, (path) => readSmallFile(path, SMALL_FILE));
    if (file) await writeSmall(work, item, file);
  } else {
    await writeLarge(work, item);
  }
}

async function writeSmall(work: FilesWork, item: WalkedItem, file: SmallFile): Promise<void> {
  const { sink, options, prefix } = work;
  const member = work.nameFor(item.path, '');
  const deflate = options.compression !== 'None' && isCompressible(file.bytes);
  const record = await sink.add(`${prefix}/${member}`, file.bytes, {
    signal: options.signal,
    method: deflate ? 'deflate' : 'store',
    mtime: zipTime(file.stat),
  });
  work.members.push(record);
  const content = { bytes: file.bytes.length, sha256: hash('sha256', file.bytes) };
  options.onBytes(content.bytes, shown(work, item));
  await listContent(work, item, file, content, { member, form: 'plain' });
}

async function writeLarge(work: FilesWork, item: WalkedItem): Promise<void> {
  const { sink, options, prefix } = work;
  const opened = await openOrNote(work, item, openLargeFile);
  if (!opened) return;
  await using file = opened;
  const sparse = hasHoles(file.stat);
  const compress = sparse || (options.compression !== 'None' && (await isWorthCompressing(file)));
  const member = work.nameFor(item.path, compress ? '.zst' : '');
  const plain = () => counted(work, item, file);
  const record = await sink.add(
    `${prefix}/${member}`,
    compress ? () => zstdFrames(plain(), options.compression) : () => rechunk(plain(), WRITE_CHUNK),
    { signal: options.signal, mtime: zipTime(file.stat) },
  );
  work.members.push(record);
  const { failure, changed, ...content } = file.outcome();
  if (failure !== undefined) return noteFailure(work.notes, shown(work, item), failure);
  const form = compress ? 'zstd' : 'plain';
  await listContent(work, item, { stat: file.stat, changed }, content, { member, form });
}

/** A sample that cannot be read is no reason to stop: reading the file will say so. */
async function isWorthCompressing(file: LargeFile): Promise<boolean> {
  const sample = await file.sample().catch(() => undefined);
  return sample !== undefined && isCompressible(sample);
}

/** ZIP holds the years 1980 to 2107; the exact time stands in the list. */
function zipTime(stat: BigIntStats): Date {
  const earliest = Date.UTC(1980, 0, 2);
  const latest = Date.UTC(2107, 11, 30);
  return new Date(Math.min(Math.max(Number(stat.mtimeMs), earliest), latest));
}
