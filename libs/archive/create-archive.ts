import { LifeboatError } from '#platform/errors.ts';
import type { AddOptions, MemberContent, MemberRecord } from '#sources/source.ts';
import type { ArchiveWriter, SealedArchive } from './archive.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { memberPathProblem, pathSet } from './member-path.ts';
import { type OutputFile, openOutputFile } from './output-file.ts';
import { openZipOutput } from './zip-output.ts';
import { LARGEST_MANIFEST, MANIFEST, MOST_MEMBERS, RESTORE_TEXT } from './zip-records.ts';

export interface CreateOptions {
  /** The members' time unless `add` is told another: that of the backup. */
  mtime: Date;
  /** Ends the writing at once: every pending and later call rejects with the signal's reason. */
  signal: AbortSignal;
}

/**
 * Begins an archive at `path`, which must not exist yet. The first member added must be RESTORE.txt.
 *
 * A content whose opener fails before its first byte fails that `add` alone. Anything later (a stream that
 * breaks off, a full disk, an abort) leaves no archive to go on with: every pending and later call rejects
 * with that first error, and the file is the caller's to remove. Throws `write-failed` and `space-low`.
 */
export async function createArchive(
  path: string,
  options: CreateOptions,
  openFile: (path: string) => Promise<OutputFile> = (path) => openOutputFile(path),
): Promise<ArchiveWriter> {
  options.signal.throwIfAborted();
  const output = openZipOutput(await openFile(path));
  const stop = () => output.fail(options.signal.reason);
  options.signal.addEventListener('abort', stop, { once: true });
  if (options.signal.aborted) stop();

  const paths = pathSet();
  paths.claim(MANIFEST);
  const members = new Map<string, MemberRecord>();
  let claimed = 0;

  function claim(name: string): void {
    const problem =
      (claimed === 0 && name !== RESTORE_TEXT ? `is not ${RESTORE_TEXT}, which comes first` : undefined) ??
      (claimed === MOST_MEMBERS - 1 ? 'is one more than an archive holds' : undefined) ??
      memberPathProblem(name) ??
      paths.claim(name);
    if (problem) throw new LifeboatError('internal', `the member "${name}" ${problem}`);
    claimed += 1;
  }

  async function add(name: string, content: MemberContent, how: AddOptions): Promise<MemberRecord> {
    how.signal.throwIfAborted();
    claim(name);
    try {
      const record = await output.write(name, content, {
        time: how.mtime ?? options.mtime,
        deflate: how.method === 'deflate',
        signal: how.signal,
      });
      members.set(name, record);
      return record;
    } catch (error) {
      paths.release(name);
      claimed -= 1;
      throw error;
    }
  }

  async function seal(manifest: Manifest, signal: AbortSignal): Promise<SealedArchive> {
    const text = manifestText(manifest, members);
    await output.write(MANIFEST, text, { time: options.mtime, deflate: false, signal });
    const { bytes } = await output.finish();
    options.signal.removeEventListener('abort', stop);
    return { path, bytes, members: members.size + 1 };
  }

  return {
    add,
    seal,
    async [Symbol.asyncDispose]() {
      options.signal.removeEventListener('abort', stop);
      await output.close();
    },
  };
}

/** The manifest's bytes, if it accounts for exactly the members that were written and can be read back. */
function manifestText(manifest: Manifest, members: Map<string, MemberRecord>): Buffer {
  const listed = [...manifest.extras, ...manifest.components.flatMap((component) => component.members)];
  const named = new Set(listed.map(({ path }) => path));
  const wrong =
    listed.find((record) => !isSame(record, members.get(record.path)))?.path ??
    [...members.keys()].find((path) => !named.has(path));
  if (wrong !== undefined || named.size !== listed.length) {
    throw new LifeboatError(
      'internal',
      wrong === undefined
        ? 'the manifest lists a member twice'
        : `the manifest does not describe the member "${wrong}" as it was written`,
    );
  }
  const text = `${JSON.stringify(manifest, undefined, 1)}\n`;
  parseManifest(text);
  const bytes = Buffer.from(text);
  if (bytes.length > LARGEST_MANIFEST) {
    throw new LifeboatError('internal', `the manifest is larger than ${LARGEST_MANIFEST} bytes`);
  }
  return bytes;
}

function isSame(listed: MemberRecord, written: MemberRecord | undefined): boolean {
  return listed.bytes === written?.bytes && listed.sha256 === written.sha256;
}
