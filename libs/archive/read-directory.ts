import { type Entry, fromRandomAccessReaderPromise } from 'yauzl';
import { LifeboatError } from '#platform/errors.ts';
import type { RandomAccess } from './archive.ts';
import { memberPathProblem, pathSet } from './member-path.ts';
import { type DirectoryEnd, readEnd } from './read-end.ts';
import { windowedReader } from './windowed-reader.ts';
import {
  centralHeader,
  DEFLATED,
  extentOf,
  LARGEST_32,
  MANIFEST,
  RESTORE_TEXT,
  STORED,
  type ZipMember,
} from './zip-records.ts';

/**
 * Every member in the order of the file, from a central directory that is byte by byte what this format
 * writes. Nothing in it is believed: paths are safe and told apart by every file system, and the members
 * fill the file from its first byte to the directory without gap or overlap. Throws `archive-cut`,
 * `archive-damaged`, `archive-hostile`, and `archive-foreign` for anything that does not begin like ours.
 */
export async function readDirectory(access: RandomAccess, signal: AbortSignal): Promise<ZipMember[]> {
  const where = access.name ?? 'the archive';
  const end = await readEnd(access, signal);
  const reader = windowedReader(access, signal);
  const members: ZipMember[] = [];
  const paths = pathSet();
  let cursor = end.offset;
  let position = 0;
  for await (const entry of entriesOf(reader, access.size, where)) {
    const member = memberFrom(entry, where);
    const header = centralHeader(member);
    const found = await reader.bytes(cursor, header.length);
    if (!header.equals(found)) throw damaged(where, `the directory's record of "${member.path}" is damaged`);
    refusePath(member.path, paths.claim(member.path), where);
    position = placeAfter(position, member, where);
    cursor += header.length;
    members.push(member);
  }
  refuseUnlessFull({ position, cursor }, end, where);
  if (members[0]?.path !== RESTORE_TEXT || members.at(-1)?.path !== MANIFEST) {
    throw damaged(where, `it does not begin with ${RESTORE_TEXT} and end with ${MANIFEST}`);
  }
  return members;
}

async function* entriesOf(
  reader: ReturnType<typeof windowedReader>,
  size: number,
  where: string,
): AsyncGenerator<Entry> {
  try {
    const zip = await fromRandomAccessReaderPromise(reader.yauzl, size, {
      decodeStrings: false,
      validateEntrySizes: false,
      autoClose: false,
    });
    yield* zip.eachEntry();
  } catch (cause) {
    if (cause instanceof LifeboatError || reader.stopped()) throw cause;
    throw damaged(
      where,
      `its directory is damaged: ${cause instanceof Error ? cause.message : cause}`,
      cause,
    );
  }
}

function memberFrom(entry: Entry, where: string): ZipMember {
  const path = entry.fileNameRaw.toString('latin1');
  refusePath(path, memberPathProblem(path), where);
  if (entry.isEncrypted()) throw hostile(where, `the member "${path}" is encrypted`);
  const type = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (type === 0o120000) throw hostile(where, `the member "${path}" is a symbolic link`);
  const method = entry.compressionMethod;
  if (method !== STORED && method !== DEFLATED) {
    throw damaged(where, `the member "${path}" has the unknown method ${method}`);
  }
  if (method === STORED && entry.compressedSize !== entry.uncompressedSize) {
    throw damaged(where, `the member "${path}" is stored and has two sizes`);
  }
  const descriptor = (entry.generalPurposeBitFlag & 8) !== 0;
  const numbers = [entry.compressedSize, entry.uncompressedSize, entry.relativeOffsetOfLocalHeader];
  if (!numbers.every(Number.isSafeInteger) || (!descriptor && entry.uncompressedSize > LARGEST_32)) {
    throw damaged(where, `the member "${path}" has an impossible size or place`);
  }
  return {
    path,
    time: ((entry.lastModFileDate << 16) | entry.lastModFileTime) >>> 0,
    method,
    descriptor,
    crc32: entry.crc32,
    packed: entry.compressedSize,
    bytes: entry.uncompressedSize,
    offset: entry.relativeOffsetOfLocalHeader,
  };
}

function refusePath(path: string, problem: string | undefined, where: string): void {
  if (problem === undefined) return;
  throw hostile(where, `the member ${JSON.stringify(path.slice(0, 200))} ${problem}`);
}

/** Deflate cannot shrink by more than this; whoever declares more is up to something. */
const STRONGEST_DEFLATE = 1032;

function placeAfter(position: number, member: ZipMember, where: string): number {
  if (member.offset < position) throw hostile(where, `the member "${member.path}" overlaps another`);
  if (member.offset > position) {
    throw damaged(where, `there are bytes before the member "${member.path}" that belong to none`);
  }
  if (member.method === DEFLATED && member.bytes > member.packed * STRONGEST_DEFLATE) {
    throw hostile(where, `the member "${member.path}" declares more than its bytes can hold`);
  }
  return extentOf(member).end;
}

function refuseUnlessFull(
  reached: { position: number; cursor: number },
  end: DirectoryEnd,
  where: string,
): void {
  if (reached.position > end.offset) throw hostile(where, 'its last member overlaps the directory');
  if (reached.position < end.offset) {
    throw damaged(where, 'there are bytes before the directory that belong to no member');
  }
  if (reached.cursor !== end.offset + end.bytes) {
    throw damaged(where, 'its directory is not as long as the end record says');
  }
}

function damaged(where: string, what: string, cause?: unknown): LifeboatError {
  return new LifeboatError('archive-damaged', `${where} is damaged: ${what}`, { cause });
}

function hostile(where: string, what: string): LifeboatError {
  return new LifeboatError('archive-hostile', `${where} was not written by lifeboat as it is: ${what}`, {
    hint: 'do not unpack it with other tools either; find out where it came from',
  });
}
