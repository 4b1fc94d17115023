import { LifeboatError } from '#platform/errors.ts';
import type { RandomAccess } from './archive.ts';
import {
  CENTRAL_BYTES,
  END_BYTES,
  END_SIGNATURE,
  END64_SIGNATURE,
  endRecords,
  LOCAL_BYTES,
  LOCAL_SIGNATURE,
  LOCATOR_SIGNATURE,
  MOST_MEMBERS,
  RESTORE_TEXT,
} from './zip-records.ts';

/** Where the central directory lies, as the archive's last 98 bytes say. */
export interface DirectoryEnd {
  members: number;
  offset: number;
  bytes: number;
}

/** Nothing in a member's record is longer than this: its fixed part, its path, its ZIP64 field. */
const LONGEST_RECORD = CENTRAL_BYTES + 512 + 28;

/**
 * Throws `archive-foreign` for what neither begins nor ends like an archive of ours, `archive-cut` for one
 * that lost its end, `archive-damaged` for an end that is not as written, `archive-hostile` for one that
 * claims more members than are ever read.
 */
export async function readEnd(access: RandomAccess, signal: AbortSignal): Promise<DirectoryEnd> {
  const where = access.name ?? 'the archive';
  const tail = await lastBytes(access, END_BYTES, signal);
  if (tail.length < END_BYTES || !hasSignatures(tail)) throw await whyNoEnd(access, signal);
  const end = {
    members: Number(tail.readBigUInt64LE(24)),
    bytes: Number(tail.readBigUInt64LE(40)),
    offset: Number(tail.readBigUInt64LE(48)),
  };
  const inside = end.offset + end.bytes + END_BYTES === access.size;
  const exact = inside && Number.isSafeInteger(end.members) && endRecords(end).equals(tail);
  if (exact && end.members > MOST_MEMBERS) {
    throw new LifeboatError(
      'archive-hostile',
      `${where} claims ${end.members} members, more than an archive holds`,
    );
  }
  if (!exact || end.bytes < end.members * CENTRAL_BYTES || end.bytes > end.members * LONGEST_RECORD) {
    throw (await beginsLikeOurs(access, signal))
      ? new LifeboatError('archive-damaged', `${where} is damaged: its end record is wrong`)
      : foreign(where);
  }
  return end;
}

/** True if the file's first member is RESTORE.txt, as far as the file goes. */
export async function beginsLikeOurs(access: RandomAccess, signal: AbortSignal): Promise<boolean> {
  const length = Math.min(access.size, LOCAL_BYTES + RESTORE_TEXT.length);
  const head = Buffer.from(await access.read(0, length, signal));
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(LOCAL_SIGNATURE);
  return (
    signature.subarray(0, length).equals(head.subarray(0, 4)) &&
    RESTORE_TEXT.startsWith(head.subarray(LOCAL_BYTES).toString('latin1'))
  );
}

export function foreign(where: string, cause?: unknown): LifeboatError {
  return new LifeboatError('archive-foreign', `${where} is not a lifeboat archive`, {
    hint: 'choose a file that lifeboat made; one that was unpacked and packed again is no longer one, unpack it and follow its RESTORE.txt',
    cause,
  });
}

async function whyNoEnd(access: RandomAccess, signal: AbortSignal): Promise<LifeboatError> {
  const where = access.name ?? 'the archive';
  const hint = 'copy it again from where it came from, or choose another archive';
  if (access.size === 0) return new LifeboatError('archive-cut', `${where} is empty`, { hint });
  if (!(await beginsLikeOurs(access, signal))) return foreign(where);
  const tail = await lastBytes(access, 2 ** 16, signal);
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(END64_SIGNATURE);
  const from = tail.lastIndexOf(signature);
  const missing = from < 0 ? END_BYTES : END_BYTES - (tail.length - from);
  if (missing < 0) {
    return new LifeboatError('archive-damaged', `${where} is damaged: ${-missing} bytes follow its end`);
  }
  if (missing === 0 || (tail.length >= END_BYTES && hasSomeSignature(tail.subarray(-END_BYTES)))) {
    return new LifeboatError('archive-damaged', `${where} is damaged: its end record is wrong`);
  }
  return new LifeboatError('archive-cut', `${where} is cut: its end is missing after ${access.size} bytes`, {
    hint,
  });
}

async function lastBytes(access: RandomAccess, most: number, signal: AbortSignal): Promise<Buffer> {
  const length = Math.min(access.size, most);
  if (length === 0) return Buffer.alloc(0);
  const found = await access.read(access.size - length, length, signal);
  return Buffer.from(found.buffer, found.byteOffset, found.byteLength);
}

function hasSignatures(tail: Buffer): boolean {
  return signatures(tail).every(Boolean);
}

function hasSomeSignature(tail: Buffer): boolean {
  return signatures(tail).some(Boolean);
}

function signatures(tail: Buffer): boolean[] {
  return [
    tail.readUInt32LE(0) === END64_SIGNATURE,
    tail.readUInt32LE(56) === LOCATOR_SIGNATURE,
    tail.readUInt32LE(76) === END_SIGNATURE,
  ];
}
