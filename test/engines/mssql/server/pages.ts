import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { OpenFile } from './disk.ts';

/** Data files are pages of this size; each begins with the checksum of the rest, so that damage shows. */
export const PAGE = 8192;

/** Fills a new data file with so many bytes, rounded up to whole pages, of bytes that cannot be compressed. */
export function writePages(file: OpenFile, bytes: number): void {
  for (let left = Math.max(Math.ceil(bytes / PAGE), 8); left > 0; left--) {
    file.write(sealPage(randomBytes(PAGE)));
  }
}

/** Index of the first page whose checksum is wrong, counted from 0; undefined if all are right. */
export function findDamagedPage(bytes: Buffer): number | undefined {
  for (let at = 0; at < bytes.length; at += PAGE) {
    const page = bytes.subarray(at, at + PAGE);
    if (page.length < PAGE || crc32(page.subarray(4)) !== page.readUInt32LE(0)) return at / PAGE;
  }
  return undefined;
}

function sealPage(page: Buffer): Buffer {
  page.writeUInt32LE(crc32(page.subarray(4)), 0);
  return page;
}
