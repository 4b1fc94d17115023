import { createHash, hash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { LifeboatError } from '#platform/errors.ts';
import { SMALL_FILE } from '../../read-small-file.ts';
import { showPath } from '../byte-path.ts';
import type { ContentEntry } from '../entries/file-entry.ts';
import type { AttributeSetter } from './attribute-setter.ts';

/** Holes are made of whole blocks of this size. */
const BLOCK = 4096;
const ZEROS = Buffer.alloc(BLOCK);

/**
 * Makes the file at `path`, which must not exist (EEXIST otherwise), private until all of it is written, then
 * with its attributes. Throws `archive-damaged` if the content is not what the list says.
 */
export async function stageFile(
  path: Buffer | string,
  entry: ContentEntry,
  content: AsyncIterable<Uint8Array>,
  attributes: AttributeSetter,
): Promise<void> {
  if (entry.size <= SMALL_FILE && !entry.sparse) await stageSmall(path, entry, content, attributes);
  else await stageLarge(path, entry, content, attributes);
}

async function stageSmall(
  path: Buffer | string,
  entry: ContentEntry,
  content: AsyncIterable<Uint8Array>,
  attributes: AttributeSetter,
): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  const bytes = chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
  refuseOther(entry, hash('sha256', bytes));
  const fd = openSync(path, 'wx', 0o600);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    await attributes.onFile({ fd, path }, entry);
  } finally {
    closeSync(fd);
  }
}

async function stageLarge(
  path: Buffer | string,
  entry: ContentEntry,
  content: AsyncIterable<Uint8Array>,
  attributes: AttributeSetter,
): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    const sha256 = createHash('sha256');
    let position = 0;
    for await (const chunk of content) {
      sha256.update(chunk);
      if (entry.sparse) await writeAroundHoles(file, chunk, position);
      else await writeAll(file, chunk, position);
      position += chunk.length;
    }
    refuseOther(entry, sha256.digest('hex'));
    // A hole at the end is not written by anything.
    await file.truncate(entry.size);
    await attributes.onFile({ fd: file.fd, path }, entry);
  } finally {
    await file.close();
  }
}

function refuseOther(entry: ContentEntry, sha256: string): void {
  if (sha256 === entry.sha256) return;
  throw new LifeboatError(
    'archive-damaged',
    `${showPath(entry.path)} in the archive is not what its list of files says: SHA-256 ${sha256} instead of ${entry.sha256}`,
  );
}

async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
}

/** Writes the runs between blocks of zeros; blocks count from the file's beginning. */
async function writeAroundHoles(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  let start = 0;
  for (let at = 0; at < chunk.length; ) {
    const end = Math.min(chunk.length, at + BLOCK - ((position + at) % BLOCK));
    const isHole = ZEROS.subarray(0, end - at).equals(chunk.subarray(at, end));
    if (isHole) {
      if (at > start) await writeAll(file, chunk.subarray(start, at), position + start);
      start = end;
    }
    at = end;
  }
  if (start < chunk.length) await writeAll(file, chunk.subarray(start), position + start);
}
