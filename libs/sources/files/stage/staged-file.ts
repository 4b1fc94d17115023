import { lstat } from 'node:fs/promises';
import prettyBytes from 'pretty-bytes';
import { LifeboatError } from '#platform/errors.ts';
import { windowsSecurity } from '#platform/windows/windows-security.ts';
import type { CheckedItem, MemberReader, StageOptions } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { digestFile } from '../../digest-file.ts';
import { isThere } from '../../is-there.ts';
import { ownerNames } from '../../owner-names.ts';
import { removeTree } from '../../remove-tree.ts';
import { syncFile } from '../../sync-file.ts';
import { writeFailure } from '../../write-failure.ts';
import { entryContents } from '../entries/entry-contents.ts';
import type { ContentEntry } from '../entries/file-entry.ts';
import { filesRecord } from '../entries/files-record.ts';
import { onlyEntry } from '../entries/only-entry.ts';
import { attributeSetter } from './attribute-setter.ts';
import { refusedText } from './refused-text.ts';
import { stageFile } from './stage-file.ts';

/** A file component made at a place of its own, to be checked and then renamed to where it belongs. */
export interface StagedFile extends AsyncDisposable {
  check(signal: AbortSignal): Promise<CheckedItem>;
  /** Dispose removes nothing from now on. */
  release(): void;
}

/** Makes the file `path`, which must not exist, durably. On failure, and by dispose, it is removed again. */
export async function stagedFile(
  path: string,
  component: ComponentRecord,
  archive: MemberReader,
  options: StageOptions,
): Promise<StagedFile> {
  const record = filesRecord(component);
  const entry = await onlyEntry(archive, record, options.signal);
  const attributes = attributeSetter(ownerNames(), await windowsSecurity());
  await using cleanup = new AsyncDisposableStack();
  try {
    if (await isThere(path)) throw new LifeboatError('target-unsuitable', `${path} is there already`);
    cleanup.defer(() => removeTree(path));
    await using contents = entryContents(archive, record, options.signal);
    await stageFile(path, entry, contents.open(entry), attributes);
    await syncFile(path);
    options.onBytes(entry.size, component.id);
  } catch (error) {
    throw writeFailure(error, path);
  }
  let kept: AsyncDisposableStack | undefined = cleanup.move();
  return {
    async check(signal) {
      await compare(path, entry, signal);
      const result = `${prettyBytes(entry.size)}: equal to the archive${refusedText(attributes)}`;
      return { component: component.id, result };
    },
    release() {
      kept = undefined;
    },
    async [Symbol.asyncDispose]() {
      await kept?.disposeAsync();
      kept = undefined;
    },
  };
}

async function compare(path: string, entry: ContentEntry, signal: AbortSignal): Promise<void> {
  const { size } = await lstat(path);
  const sha256 = await digestFile(path, signal);
  if (size === entry.size && sha256 === entry.sha256) return;
  throw new LifeboatError(
    'check-failed',
    `what was staged differs from the archive: ${path} has ${size} bytes and SHA-256 ${sha256}, not ${entry.size} and ${entry.sha256}`,
    { hint: 'nothing live was changed; check the disk and the memory of this machine, then try again' },
  );
}
