/**
 * The ZIP records of an archive, to the byte (docs/archive-format.md). The archive's layout leaves no
 * choice in any of them, so a reader can compare instead of interpret.
 */

/** What the central directory says about one member; every other field of its records is fixed. */
export interface ZipMember {
  path: string;
  /** MS-DOS date and time, UTC: date in the upper 16 bits. */
  time: number;
  method: typeof STORED | typeof DEFLATED;
  /** Sizes and CRC follow the data instead of standing in the local header. */
  descriptor: boolean;
  crc32: number;
  /** Size as it lies in the archive, and unpacked. */
  packed: number;
  bytes: number;
  /** Where its local header begins. */
  offset: number;
}

export const STORED = 0;
export const DEFLATED = 8;
export const LOCAL_SIGNATURE = 0x04034b50;
export const END64_SIGNATURE = 0x06064b50;
export const LOCATOR_SIGNATURE = 0x07064b50;
export const END_SIGNATURE = 0x06054b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const DESCRIPTOR_SIGNATURE = 0x08074b50;

export const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
/** ZIP64 end record, its locator and the end record: always all three, never a comment. */
export const END_BYTES = 56 + 20 + 22;
/** Above this a size or offset stands in a ZIP64 field. */
export const LARGEST_32 = 0xffff_ffff;

/** Bit 3: a descriptor follows. No other bit is ever set: paths are ASCII, nothing is encrypted. */
const DESCRIPTOR_FLAG = 0x0008;
/** Unix, version 4.5. */
const MADE_BY = (3 << 8) | 45;
/** A regular file that only its owner may read and write. */
const ATTRIBUTES = ((0o100600 << 16) | 0x20) >>> 0;

export const RESTORE_TEXT = 'RESTORE.txt';
export const MANIFEST = 'manifest.json';

/** Sizes that the reader holds in memory at once, refused beyond, and never written. */
export const MOST_MEMBERS = 100_000;
export const LARGEST_MANIFEST = 32 * 2 ** 20;

/** A member's local header; a streamed one says version 2.0 and no sizes, however large it turned out to be. */
export function localHeader(member: ZipMember): Buffer {
  const header = Buffer.alloc(LOCAL_BYTES + member.path.length);
  header.writeUInt32LE(LOCAL_SIGNATURE, 0);
  header.writeUInt16LE(member.descriptor ? 20 : 10, 4);
  header.writeUInt16LE(member.descriptor ? DESCRIPTOR_FLAG : 0, 6);
  header.writeUInt16LE(member.method, 8);
  header.writeUInt32LE(member.time, 10);
  if (!member.descriptor) {
    header.writeUInt32LE(member.crc32, 14);
    header.writeUInt32LE(member.packed, 18);
    header.writeUInt32LE(member.bytes, 22);
  }
  header.writeUInt16LE(member.path.length, 26);
  header.write(member.path, LOCAL_BYTES, 'latin1');
  return header;
}

/** A member's record in the central directory. */
export function centralHeader(member: ZipMember): Buffer {
  const wide = isLarge(member) || member.offset > LARGEST_32;
  const header = Buffer.alloc(CENTRAL_BYTES + member.path.length + (wide ? 28 : 0));
  header.writeUInt32LE(CENTRAL_SIGNATURE, 0);
  header.writeUInt16LE(MADE_BY, 4);
  header.writeUInt16LE(wide ? 45 : member.descriptor ? 20 : 10, 6);
  header.writeUInt16LE(member.descriptor ? DESCRIPTOR_FLAG : 0, 8);
  header.writeUInt16LE(member.method, 10);
  header.writeUInt32LE(member.time, 12);
  header.writeUInt32LE(member.crc32, 16);
  header.writeUInt32LE(wide ? LARGEST_32 : member.packed, 20);
  header.writeUInt32LE(wide ? LARGEST_32 : member.bytes, 24);
  header.writeUInt16LE(member.path.length, 28);
  header.writeUInt16LE(wide ? 28 : 0, 30);
  header.writeUInt32LE(ATTRIBUTES, 38);
  header.writeUInt32LE(wide ? LARGEST_32 : member.offset, 42);
  header.write(member.path, CENTRAL_BYTES, 'latin1');
  if (wide) zip64Field(member).copy(header, CENTRAL_BYTES + member.path.length);
  return header;
}

function zip64Field(member: ZipMember): Buffer {
  const field = Buffer.alloc(28);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(24, 2);
  field.writeBigUInt64LE(BigInt(member.bytes), 4);
  field.writeBigUInt64LE(BigInt(member.packed), 12);
  field.writeBigUInt64LE(BigInt(member.offset), 20);
  return field;
}

/** What follows a streamed member's data: 24 bytes if one of its sizes needs it, else 16; empty for others. */
export function dataDescriptor(member: Pick<ZipMember, 'crc32' | 'packed' | 'bytes' | 'descriptor'>): Buffer {
  if (!member.descriptor) return Buffer.alloc(0);
  const wide = isLarge(member);
  const record = Buffer.alloc(wide ? 24 : 16);
  record.writeUInt32LE(DESCRIPTOR_SIGNATURE, 0);
  record.writeUInt32LE(member.crc32, 4);
  if (wide) {
    record.writeBigUInt64LE(BigInt(member.packed), 8);
    record.writeBigUInt64LE(BigInt(member.bytes), 16);
  } else {
    record.writeUInt32LE(member.packed, 8);
    record.writeUInt32LE(member.bytes, 12);
  }
  return record;
}

function isLarge(member: { packed: number; bytes: number }): boolean {
  return member.packed > LARGEST_32 || member.bytes > LARGEST_32;
}

type Extent = Pick<ZipMember, 'path' | 'offset' | 'packed' | 'bytes' | 'descriptor'>;

/** Where the member's data begins and where the next member does. */
export function extentOf(member: Extent): { data: number; end: number } {
  const data = member.offset + LOCAL_BYTES + member.path.length;
  const descriptor = member.descriptor ? (isLarge(member) ? 24 : 16) : 0;
  return { data, end: data + member.packed + descriptor };
}

/** The last 98 bytes of an archive. */
export function endRecords(directory: { members: number; offset: number; bytes: number }): Buffer {
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END64_SIGNATURE, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(45, 12);
  end.writeUInt16LE(45, 14);
  end.writeBigUInt64LE(BigInt(directory.members), 24);
  end.writeBigUInt64LE(BigInt(directory.members), 32);
  end.writeBigUInt64LE(BigInt(directory.bytes), 40);
  end.writeBigUInt64LE(BigInt(directory.offset), 48);
  end.writeUInt32LE(LOCATOR_SIGNATURE, 56);
  end.writeBigUInt64LE(BigInt(directory.offset + directory.bytes), 64);
  end.writeUInt32LE(1, 72);
  end.writeUInt32LE(END_SIGNATURE, 76);
  end.writeUInt16LE(0xffff, 84);
  end.writeUInt16LE(0xffff, 86);
  end.writeUInt32LE(LARGEST_32, 88);
  end.writeUInt32LE(LARGEST_32, 92);
  return end;
}
