import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFolder } from '#platform/private-folder.ts';
import { showPath } from '../byte-path.ts';
import { type FileEntry, formatEntry } from '../entries/file-entry.ts';

/**
 * The entries of a component as they are found, kept on disk: with 300,000 files they are 100 MB of text,
 * and become a member only after the last file was read.
 */
export interface EntryList extends AsyncDisposable {
  add(entry: FileEntry): Promise<void>;
  totals(): EntryTotals;
  /** The lines of all entries added, from the first. */
  read(): AsyncGenerator<Uint8Array>;
}

export interface EntryTotals {
  files: number;
  folders: number;
  links: number;
  hardLinks: number;
  bytes: number;
  /** SHA-256 over the lines `<sha256>  <path>\n` of all entries of type `file`. */
  sha256: string;
  /** SHA-256 over all entries, but for where their content lies and for folders' times. */
  contentHash: string;
}

const FLUSH_AT = 2 ** 20;

/** The list is a private file in `workFolder`, removed by dispose. */
export async function openEntryList(workFolder: string): Promise<EntryList> {
  const path = join(await privateFolder(workFolder), `files-${randomBytes(6).toString('hex')}.ndjson`);
  const file = await open(path, 'wx+', 0o600);
  const totals = { files: 0, folders: 0, links: 0, hardLinks: 0, bytes: 0 };
  const sha256 = createHash('sha256');
  const content = createHash('sha256');
  let pending: string[] = [];
  let pendingLength = 0;
  let written = 0;

  async function flush(): Promise<void> {
    const bytes = Buffer.from(pending.join(''));
    pending = [];
    pendingLength = 0;
    await file.writeFile(bytes);
    written += bytes.length;
  }

  return {
    async add(entry) {
      count(totals, entry);
      if (entry.type === 'file') sha256.update(`${entry.sha256}  ${showPath(entry.path)}\n`);
      content.update(`${formatEntry(contentOf(entry))}\n`);
      const line = `${formatEntry(entry)}\n`;
      pending.push(line);
      pendingLength += line.length;
      if (pendingLength >= FLUSH_AT) await flush();
    },
    totals: () => ({
      ...totals,
      sha256: sha256.copy().digest('hex'),
      contentHash: content.copy().digest('hex'),
    }),
    async *read() {
      await flush();
      yield* readFrom(file, written);
    },
    async [Symbol.asyncDispose]() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}

/** A folder's time changes with what is in it, and with what comes and goes there without being saved. */
function contentOf(entry: FileEntry): FileEntry {
  if (entry.type === 'folder') return { ...entry, mtime: 0n };
  return entry.type === 'file' ? { ...entry, member: '', form: 'plain' } : entry;
}

function count(totals: Omit<EntryTotals, 'sha256' | 'contentHash'>, entry: FileEntry): void {
  if (entry.type === 'folder') totals.folders += 1;
  else if (entry.type === 'link') totals.links += 1;
  else if (entry.type === 'hardlink') totals.hardLinks += 1;
  else {
    totals.files += 1;
    totals.bytes += entry.size;
  }
}

async function* readFrom(file: FileHandle, length: number): AsyncGenerator<Uint8Array> {
  for (let position = 0; position < length; ) {
    const buffer = Buffer.allocUnsafeSlow(Math.min(FLUSH_AT, length - position));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) throw new Error('the list of files was cut while it was in use');
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}
