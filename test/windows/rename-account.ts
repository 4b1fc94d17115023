import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Of a record in the central directory and of a local header, as docs/archive-format.md has them. */
const DIRECTORY = Buffer.from([0x50, 0x4b, 1, 2]);
const STREAMED = 8;

/**
 * An archive made with `compression = None` in whose lists of files another SID of the same length stands: what an archive
 * of another machine looks like. Everything that guards the lists is worked out anew.
 */
export function renameAccount(archive: Buffer, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error('only a SID of the same length can take its place');
  const changed = Buffer.from(archive);
  const hashes = new Map<string, string>();
  for (let at = changed.indexOf(DIRECTORY); at >= 0; at = changed.indexOf(DIRECTORY, at + 4)) {
    const path = changed.toString('latin1', at + 46, at + 46 + changed.readUInt16LE(at + 28));
    const local = changed.readUInt32LE(at + 42);
    const begin = local + 30 + changed.readUInt16LE(local + 26);
    const content = changed.subarray(begin, begin + changed.readUInt32LE(at + 24));
    const before = sha256(content);
    if (path.endsWith('/files.ndjson')) replaceIn(content, [[from, to]]);
    else if (path === 'manifest.json') replaceIn(content, [...hashes, [from, to]]);
    else continue;
    hashes.set(before, sha256(content));
    const crc = crc32(content);
    changed.writeUInt32LE(crc, at + 16);
    const streamed = (changed.readUInt16LE(local + 6) & STREAMED) !== 0;
    changed.writeUInt32LE(crc, streamed ? begin + content.length + 4 : local + 14);
  }
  return changed;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function replaceIn(content: Buffer, pairs: [string, string][]): void {
  let text = content.toString('latin1');
  for (const [from, to] of pairs) text = text.replaceAll(from, to);
  content.write(text, 'latin1');
}
