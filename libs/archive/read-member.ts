import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { LifeboatError } from '#platform/errors.ts';
import type { MemberRecord } from '#sources/source.ts';
import type { RandomAccess } from './archive.ts';
import { inflate } from './inflate.ts';
import { DEFLATED, dataDescriptor, extentOf, localHeader, type ZipMember } from './zip-records.ts';

/**
 * A member's content. Throws `archive-damaged` before the first byte if its header is not what the
 * directory says, and at its end if size, CRC-32, SHA-256 or what follows it are not: whoever uses the
 * bytes as they come must be able to throw them away. Never gives out more than the declared bytes
 * (`archive-hostile`). `record` is what the manifest says; the manifest itself has none. With `reused`, a chunk
 * is good only until the next one is asked for.
 */
export async function* readMember(
  access: RandomAccess,
  member: ZipMember,
  record: MemberRecord | undefined,
  signal: AbortSignal,
  memory?: 'reused',
): AsyncGenerator<Uint8Array> {
  const where = `the member "${member.path}" of ${access.name ?? 'the archive'}`;
  await refuseOtherHeader(access, member, where, signal);
  const sha256 = createHash('sha256');
  let crc = 0;
  let bytes = 0;
  for await (const chunk of unpacked(access, member, where, signal, memory)) {
    bytes += chunk.length;
    if (bytes > member.bytes) {
      throw new LifeboatError(
        'archive-hostile',
        `${where} unpacks to more than the ${member.bytes} bytes it declares`,
      );
    }
    crc = crc32(chunk, crc);
    if (record) sha256.update(chunk);
    yield chunk;
  }
  if (bytes !== member.bytes) throw damaged(where, `has ${bytes} bytes, ${member.bytes} are declared`);
  if (record && sha256.digest('hex') !== record.sha256) {
    throw damaged(where, 'does not have the content that the manifest recorded');
  }
  if (crc !== member.crc32) throw damaged(where, 'does not have the CRC-32 that the directory says');
  await refuseOtherDescriptor(access, member, where, signal);
}

async function refuseOtherHeader(
  access: RandomAccess,
  member: ZipMember,
  where: string,
  signal: AbortSignal,
): Promise<void> {
  const header = localHeader(member);
  const found = await access.read(member.offset, header.length, signal);
  if (!header.equals(found)) throw damaged(where, 'has a header that differs from the directory');
}

async function refuseOtherDescriptor(
  access: RandomAccess,
  member: ZipMember,
  where: string,
  signal: AbortSignal,
): Promise<void> {
  const descriptor = dataDescriptor(member);
  if (descriptor.length === 0) return;
  const found = await access.read(extentOf(member).end - descriptor.length, descriptor.length, signal);
  if (!descriptor.equals(found)) throw damaged(where, 'has a descriptor that differs from the directory');
}

function unpacked(
  access: RandomAccess,
  member: ZipMember,
  where: string,
  signal: AbortSignal,
  memory?: 'reused',
): AsyncIterable<Uint8Array> {
  const { data } = extentOf(member);
  const packed = readSpan(access, data, data + member.packed, signal, memory);
  return member.method === DEFLATED ? inflate(packed, member.packed, where) : packed;
}

const PIECE = 2 ** 20;

/** The bytes from `start` to `end`; the next piece is read while the last one is being used. */
async function* readSpan(
  access: RandomAccess,
  start: number,
  end: number,
  signal: AbortSignal,
  memory?: 'reused',
): AsyncGenerator<Uint8Array> {
  let free = memory && Buffer.allocUnsafeSlow(Math.min(PIECE, end - start));
  let used = memory && Buffer.allocUnsafeSlow(Math.max(0, Math.min(PIECE, end - start - PIECE)));
  const read = (from: number) => {
    const into = free;
    [free, used] = [used, free];
    return settled(access.read(from, Math.min(PIECE, end - from), signal, into));
  };
  let ahead = start < end ? read(start) : undefined;
  for (let position = start; ahead !== undefined; ) {
    signal.throwIfAborted();
    const piece = await ahead;
    if (piece.status === 'rejected') throw piece.reason;
    position += piece.value.length;
    ahead = position < end ? read(position) : undefined;
    yield piece.value;
  }
}

/** A read that nobody waits for any more must not end the program when it fails. */
async function settled<Value>(promise: Promise<Value>): Promise<PromiseSettledResult<Value>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}

function damaged(where: string, what: string): LifeboatError {
  return new LifeboatError('archive-damaged', `${where} ${what}`);
}
