import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { OpenFile } from './disk.ts';
import { OS_ERROR } from './disk.ts';

/**
 * The test server's own form of a .bak: a media header, then sets one after the other. A set is a header in JSON and
 * blocks, each with its length and checksum, and an end mark; so damage, a cut file and an unfinished set can be told
 * apart as the real server tells them apart.
 */
export interface SetHeader {
  database: string;
  databaseVersion: number;
  /** Of the server that made it. */
  version: [number, number, number];
  server: string;
  user: string;
  name: string | null;
  compatibility: number;
  recovery: 'FULL' | 'SIMPLE' | 'BULK_LOGGED';
  access: 'MULTI_USER' | 'RESTRICTED_USER' | 'SINGLE_USER';
  readOnly: boolean;
  asyncStatistics: boolean;
  checksum: boolean;
  copyOnly: boolean;
  compressed: boolean;
  started: string;
  created: string;
  family: string;
  set: string;
  /** Hex thumbprint of the certificate, if the database is encrypted. */
  certificate: string | null;
  files: { id: number; logical: string; physical: string; kind: 'D' | 'L'; bytes: number }[];
}

export interface BackupSet {
  position: number;
  /** Undefined for a set whose BACKUP did not end. */
  header: SetHeader | undefined;
  /** Bytes of the set before and after compression. */
  bytes: number;
  storedBytes: number;
  finished: string;
  /** Where its blocks begin in the file. */
  start: number;
}

/** What lies wrong with a file that should be a backup. */
export class MediaFault extends Error {
  readonly kind: 'not-a-backup' | 'cut' | 'damaged';
  readonly reason: string;

  constructor(kind: MediaFault['kind']) {
    super(kind);
    this.name = 'MediaFault';
    this.kind = kind;
    this.reason = OS_ERROR.endOfFile;
  }
}

const MAGIC = Buffer.from('TAPE lifeboat test server 1\n');
const MEDIA_HEADER = 4096;
const SET_MARK = 0x53534554;
const BLOCK_MARK = 0x4b4f4c42;
const END_MARK = 0x54455345;
const LONGEST_HEADER = 1 << 20;

export function writeMediaHeader(file: OpenFile): void {
  const header = Buffer.alloc(MEDIA_HEADER);
  MAGIC.copy(header);
  file.write(header);
}

export function writeSetHeader(file: OpenFile, header: SetHeader): void {
  file.write(record(SET_MARK, Buffer.from(JSON.stringify(header))));
}

export function writeBlock(file: OpenFile, bytes: Buffer, compressed: boolean): void {
  const mark = Buffer.alloc(4);
  mark.writeUInt32LE(bytes.length);
  file.write(
    record(BLOCK_MARK, Buffer.concat([mark, compressed ? deflateRawSync(bytes, { level: 1 }) : bytes])),
  );
}

export function writeSetEnd(file: OpenFile, finished: string): void {
  file.write(record(END_MARK, Buffer.from(finished)));
}

function record(mark: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32BE(mark, 0);
  head.writeUInt32LE(bytes.length, 4);
  head.writeUInt32LE(crc32(bytes), 8);
  return Buffer.concat([head, bytes]);
}

/** All sets of a file. Throws MediaFault if it is no backup at all. */
export function listSets(file: OpenFile): BackupSet[] {
  if (!file.read(0, MAGIC.length).equals(MAGIC)) throw new MediaFault('not-a-backup');
  const sets: BackupSet[] = [];
  for (let at = MEDIA_HEADER; at < file.size; ) {
    const set = scanSet(file, at, sets.length + 1);
    sets.push(set.found);
    if (set.end === undefined) break;
    at = set.end;
  }
  return sets;
}

function scanSet(
  file: OpenFile,
  start: number,
  position: number,
): { found: BackupSet; end: number | undefined } {
  const first = readRecordHead(file, start);
  if (!first || first.mark !== SET_MARK || first.length > LONGEST_HEADER)
    throw new MediaFault('not-a-backup');
  const json = file.read(first.start, first.length);
  if (crc32(json) !== first.checksum) throw new MediaFault('not-a-backup');
  const header = JSON.parse(json.toString()) as SetHeader;
  const found: BackupSet = {
    position,
    header: undefined,
    bytes: 0,
    storedBytes: 0,
    finished: '',
    start: first.end,
  };
  for (let at = first.end; at < file.size; ) {
    const head = readRecordHead(file, at);
    if (!head) break;
    at = head.end;
    if (head.mark === END_MARK) {
      found.finished = file.read(head.start, head.length).toString();
      return { found: { ...found, header }, end: at };
    }
    found.bytes += file.read(head.start, 4).readUInt32LE();
    found.storedBytes += head.length + 12;
  }
  return { found, end: undefined };
}

interface RecordHead {
  mark: number;
  length: number;
  checksum: number;
  start: number;
  end: number;
}

function readRecordHead(file: OpenFile, at: number): RecordHead | undefined {
  const head = file.read(at, 12);
  if (head.length < 12) return undefined;
  const length = head.readUInt32LE(4);
  const mark = head.readUInt32BE(0);
  if (![SET_MARK, BLOCK_MARK, END_MARK].includes(mark)) return undefined;
  return { mark, length, checksum: head.readUInt32LE(8), start: at + 12, end: at + 12 + length };
}

/** The blocks of a set as they were before compression; `check` compares checksums and throws MediaFault. */
export function* readBlocks(file: OpenFile, set: BackupSet, check: boolean): Generator<Buffer> {
  for (let at = set.start; ; ) {
    const head = readRecordHead(file, at);
    if (!head) throw new MediaFault('cut');
    if (head.mark === END_MARK) return;
    const stored = file.read(head.start, head.length);
    if (stored.length < head.length) throw new MediaFault('cut');
    if (check && crc32(stored) !== head.checksum) throw new MediaFault('damaged');
    yield unpack(stored.subarray(4), set.header?.compressed ?? false);
    at = head.end;
  }
}

function unpack(stored: Buffer, compressed: boolean): Buffer {
  if (!compressed) return stored;
  try {
    return inflateRawSync(stored);
  } catch {
    // Compressed bytes that do not unpack are damage, also where nobody asked for checksums.
    throw new MediaFault('damaged');
  }
}
