import { crc32, deflateRawSync } from 'node:zlib';
import { plainComponent, plainManifest, sha256Of } from './archive-set.ts';

/**
 * Builds ZIP files byte by byte and shares nothing with the code under test, so that each field can be
 * set to what an attacker or a failing disk would put there.
 */
export interface BuiltEntry {
  path: string | Buffer;
  content: Buffer;
  deflate?: boolean;
  descriptor?: boolean;
  /** What lies in the file instead of the content as it is stored or deflated. */
  packed?: Buffer;
  /** Bytes before its local header. */
  before?: Buffer;
  local?: Partial<Fields>;
  central?: Partial<Fields>;
  descriptorFields?: { crc32?: number; packed?: number; bytes?: number };
}

export interface Fields {
  path: string | Buffer;
  version: number;
  flags: number;
  method: number;
  time: number;
  crc32: number;
  packed: number;
  bytes: number;
  extra: Buffer;
  /** Central directory only. */
  comment: Buffer;
  madeBy: number;
  disk: number;
  internal: number;
  external: number;
  offset: number;
}

export interface BuiltEnd {
  beforeDirectory?: Buffer;
  betweenDirectoryAndEnd?: Buffer;
  after?: Buffer;
  members?: number | bigint;
  offset?: number;
  bytes?: number;
}

const TIME = 0x5c8aada0;

export function buildZip(entries: BuiltEntry[], end: BuiltEnd = {}): Buffer {
  const file: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  const put = (bytes: Buffer) => {
    file.push(bytes);
    position += bytes.length;
  };
  for (const entry of entries) {
    if (entry.before) put(entry.before);
    const fields = fieldsOf(entry, position);
    const packed = packedOf(entry);
    const sizes = entry.descriptor ? { crc32: 0, packed: 0, bytes: 0 } : {};
    put(localHeader({ ...fields, ...sizes, ...entry.local }));
    put(packed);
    if (entry.descriptor) put(descriptor({ ...fields, ...entry.descriptorFields }));
    directory.push(centralHeader({ ...fields, ...entry.central }));
  }
  if (end.beforeDirectory) put(end.beforeDirectory);
  const central = Buffer.concat(directory);
  const offset = position;
  put(central);
  if (end.betweenDirectoryAndEnd) put(end.betweenDirectoryAndEnd);
  put(
    endRecords({
      members: end.members ?? entries.length,
      offset: end.offset ?? offset,
      bytes: end.bytes ?? central.length,
      at: position,
    }),
  );
  if (end.after) put(end.after);
  return Buffer.concat(file);
}

/** RESTORE.txt, the members, and a manifest that describes them, as an honest writer would. */
export function honestEntries(members: BuiltEntry[]): BuiltEntry[] {
  const restore: BuiltEntry = { path: 'RESTORE.txt', content: Buffer.from('how to restore\n') };
  return [restore, ...members, manifestEntry([restore], members)];
}

export function manifestEntry(extras: BuiltEntry[], members: BuiltEntry[]): BuiltEntry {
  const manifest = plainManifest({
    extras: extras.map(recordOf),
    components: [plainComponent('folder/x', members.map(recordOf))],
  });
  return { path: 'manifest.json', content: Buffer.from(JSON.stringify(manifest)) };
}

export function recordOf({ path, content }: BuiltEntry): { path: string; bytes: number; sha256: string } {
  return { path: path.toString(), bytes: content.length, sha256: sha256Of(content) };
}

function fieldsOf(entry: BuiltEntry, offset: number): Fields {
  return {
    path: entry.path,
    version: entry.descriptor ? 20 : 10,
    flags: entry.descriptor ? 8 : 0,
    method: entry.deflate ? 8 : 0,
    time: TIME,
    crc32: crc32(entry.content),
    packed: packedOf(entry).length,
    bytes: entry.content.length,
    extra: Buffer.alloc(0),
    comment: Buffer.alloc(0),
    madeBy: 0x032d,
    disk: 0,
    internal: 0,
    external: 0x81800020,
    offset,
  };
}

function packedOf(entry: BuiltEntry): Buffer {
  return entry.packed ?? (entry.deflate ? deflateRawSync(entry.content) : entry.content);
}

function localHeader(fields: Fields): Buffer {
  const path = Buffer.from(fields.path);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(fields.version, 4);
  header.writeUInt16LE(fields.flags, 6);
  header.writeUInt16LE(fields.method, 8);
  header.writeUInt32LE(fields.time, 10);
  header.writeUInt32LE(fields.crc32, 14);
  header.writeUInt32LE(fields.packed, 18);
  header.writeUInt32LE(fields.bytes, 22);
  header.writeUInt16LE(path.length, 26);
  header.writeUInt16LE(fields.extra.length, 28);
  return Buffer.concat([header, path, fields.extra]);
}

function descriptor(fields: { crc32: number; packed: number; bytes: number }): Buffer {
  const record = Buffer.alloc(16);
  record.writeUInt32LE(0x08074b50, 0);
  record.writeUInt32LE(fields.crc32, 4);
  record.writeUInt32LE(fields.packed, 8);
  record.writeUInt32LE(fields.bytes, 12);
  return record;
}

function centralHeader(fields: Fields): Buffer {
  const path = Buffer.from(fields.path);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(fields.madeBy, 4);
  header.writeUInt16LE(fields.version, 6);
  header.writeUInt16LE(fields.flags, 8);
  header.writeUInt16LE(fields.method, 10);
  header.writeUInt32LE(fields.time, 12);
  header.writeUInt32LE(fields.crc32, 16);
  header.writeUInt32LE(fields.packed, 20);
  header.writeUInt32LE(fields.bytes, 24);
  header.writeUInt16LE(path.length, 28);
  header.writeUInt16LE(fields.extra.length, 30);
  header.writeUInt16LE(fields.comment.length, 32);
  header.writeUInt16LE(fields.disk, 34);
  header.writeUInt16LE(fields.internal, 36);
  header.writeUInt32LE(fields.external, 38);
  header.writeUInt32LE(fields.offset, 42);
  return Buffer.concat([header, path, fields.extra, fields.comment]);
}

function endRecords(end: { members: number | bigint; offset: number; bytes: number; at: number }): Buffer {
  const records = Buffer.alloc(98);
  records.writeUInt32LE(0x06064b50, 0);
  records.writeUInt32LE(44, 4);
  records.writeUInt16LE(45, 12);
  records.writeUInt16LE(45, 14);
  records.writeBigUInt64LE(BigInt(end.members), 24);
  records.writeBigUInt64LE(BigInt(end.members), 32);
  records.writeBigUInt64LE(BigInt(end.bytes), 40);
  records.writeBigUInt64LE(BigInt(end.offset), 48);
  records.writeUInt32LE(0x07064b50, 56);
  records.writeBigUInt64LE(BigInt(end.at), 64);
  records.writeUInt32LE(1, 72);
  records.writeUInt32LE(0x06054b50, 76);
  records.fill(0xff, 84, 96);
  return records;
}
