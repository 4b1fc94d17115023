import { pipeline, Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { LifeboatError } from '#platform/errors.ts';
import type { MemberReader } from '#sources/restore-target.ts';
import { unzstd } from '../../unzstd.ts';
import { showPath } from '../byte-path.ts';
import type { ContentEntry } from './file-entry.ts';
import type { FilesRecord } from './files-record.ts';
import { tarName } from './tar-name.ts';

/** Opens the contents of entries, which must be asked for in the order of the list: packs are read once, through. */
export interface EntryContents extends AsyncDisposable {
  /** Exactly the entry's bytes; throws `archive-damaged` if the archive does not hold them. */
  open(entry: ContentEntry): AsyncGenerator<Uint8Array>;
}

export function entryContents(
  archive: MemberReader,
  record: FilesRecord,
  signal: AbortSignal,
): EntryContents {
  let pack: OpenPack | undefined;

  async function* openMember(entry: ContentEntry): AsyncGenerator<Uint8Array> {
    const bytes = memberBytes(archive, record, entry, signal);
    yield* exactly(entry, entry.form === 'zstd' ? unzstd(bytes, entry.size, showPath(entry.path)) : bytes);
  }

  async function* openPacked(entry: ContentEntry): AsyncGenerator<Uint8Array> {
    if (pack?.member !== entry.member) {
      await pack?.files.return?.(undefined);
      pack = {
        member: entry.member,
        files: tarFiles(packBytes(archive, record, entry, signal), entry.member),
      };
    }
    for (;;) {
      const next = await pack.files.next();
      if (next.done) throw damaged(entry, `is not in ${entry.member}`);
      if (next.value.name !== tarName(entry.path)) continue;
      yield* exactly(entry, next.value.content);
      return;
    }
  }

  return {
    open: (entry) =>
      entry.form === 'plain' || entry.form === 'zstd' ? openMember(entry) : openPacked(entry),
    async [Symbol.asyncDispose]() {
      await pack?.files.return?.(undefined);
    },
  };
}

interface OpenPack {
  member: string;
  files: AsyncGenerator<TarFile>;
}

interface TarFile {
  name: string;
  content: AsyncIterable<Uint8Array>;
}

function memberBytes(
  archive: MemberReader,
  { prefix, members }: FilesRecord,
  entry: ContentEntry,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const path = `${prefix}/${entry.member}`;
  if (!members.has(path)) throw damaged(entry, `is said to be in ${path}, which does not belong to it`);
  return archive.open(path, signal);
}

function packBytes(
  archive: MemberReader,
  record: FilesRecord,
  entry: ContentEntry,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const bytes = memberBytes(archive, record, entry, signal);
  if (entry.form === 'tar') return bytes;
  const size = record.packs.get(entry.member);
  if (size === undefined) throw damaged(entry, `is said to be in ${entry.member}, which is no pack`);
  return unzstd(bytes, size, entry.member);
}

async function* tarFiles(bytes: AsyncIterable<Uint8Array>, member: string): AsyncGenerator<TarFile> {
  const tar = extract();
  // The callback is only there because pipeline wants one: errors arrive by iterating the tar.
  pipeline(Readable.from(bytes, { objectMode: true }), tar as never, () => undefined);
  try {
    for await (const file of tar as AsyncIterable<AsyncIterable<Uint8Array> & TarEntry>) {
      yield { name: file.header.name, content: file };
      // One that nobody asked for (it broke off while it was saved, so it is not listed) is passed over.
      file.resume();
    }
  } catch (cause) {
    if (cause instanceof LifeboatError || !(cause instanceof Error) || cause.name === 'AbortError')
      throw cause;
    throw new LifeboatError('archive-damaged', `${member} is no sound tar: ${cause.message}`, { cause });
  } finally {
    tar.destroy();
  }
}

interface TarEntry {
  header: { name: string };
  resume(): void;
}

async function* exactly(entry: ContentEntry, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = entry.size;
  const plain = entry.form === 'plain' || entry.form === 'zstd';
  // Read to the end in any case: there a member's hash is checked, and there a pack's next file begins.
  for await (const chunk of content) {
    if (plain && chunk.length > left) throw damaged(entry, `holds more than its ${entry.size} bytes`);
    const part = chunk.subarray(0, left);
    left -= part.length;
    if (part.length > 0) yield part;
  }
  if (left > 0) throw damaged(entry, `is ${left} bytes short`);
}

function damaged(entry: ContentEntry, why: string): LifeboatError {
  return new LifeboatError('archive-damaged', `${showPath(entry.path)} ${why}`);
}
