import { mkdir } from 'node:fs/promises';
import prettyBytes from 'pretty-bytes';
import { counted } from '#platform/counted.ts';
import { windowsSecurity } from '#platform/windows/windows-security.ts';
import type { CheckedItem, MemberReader, StageOptions } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { ownerNames } from '../../owner-names.ts';
import { removeTree } from '../../remove-tree.ts';
import { syncTree } from '../../sync-tree.ts';
import { writeFailure } from '../../write-failure.ts';
import type { BytePath } from '../byte-path.ts';
import type { FolderEntry } from '../entries/file-entry.ts';
import { filesRecord } from '../entries/files-record.ts';
import { attributeSetter } from './attribute-setter.ts';
import { checkTree } from './check-tree.ts';
import { pinFolder } from './pin-folder.ts';
import { refusedText } from './refused-text.ts';
import { stageTree } from './stage-tree.ts';

/** A folder component made at a place of its own, to be checked and then renamed to where it belongs. */
export interface StagedTree extends AsyncDisposable {
  /** Compares every file with the archive; throws `check-failed`. */
  check(signal: AbortSignal): Promise<CheckedItem>;
  /** Gives the top folder the attributes it has in the archive: the last step before its rename. */
  finish(): Promise<void>;
  /** Dispose removes nothing from now on. */
  release(): void;
}

/**
 * Makes the folder `path`, which must not exist, with everything that the archive has for it, on the disk
 * for good. On failure, and by dispose, it is removed again.
 */
export async function stagedTree(
  path: string,
  component: ComponentRecord,
  archive: MemberReader,
  skip: (path: BytePath) => boolean,
  options: StageOptions,
): Promise<StagedTree> {
  const record = filesRecord(component);
  const security = await windowsSecurity();
  const attributes = attributeSetter(ownerNames(), security);
  await using cleanup = new AsyncDisposableStack();
  let top: FolderEntry;
  try {
    await mkdir(path, { mode: 0o700 });
    cleanup.defer(() => removeTree(path));
    await using pinned = await pinFolder(path);
    top = await stageTree({ base: pinned.base, record, archive, attributes, skip }, options);
    // Also at the end: but what cannot be set is to be known when the check tells of it.
    attributes.onlyRights(path, top);
    await syncTree(path, options.signal);
  } catch (error) {
    throw writeFailure(error, path);
  }
  let kept: AsyncDisposableStack | undefined = cleanup.move();
  return {
    async check(signal) {
      await using pinned = await pinFolder(path);
      const ownersSet = attributes.refused() === 0;
      const rightsSet = attributes.refusedRights().count === 0;
      const compared = { ownersSet, security: rightsSet ? security : undefined };
      const tree = { base: pinned.base, record, archive, skip, ...compared };
      const { files, bytes } = await checkTree(tree, signal);
      const result = `${counted(files, 'file')}, ${prettyBytes(bytes)}: equal to the archive${refusedText(attributes)}`;
      return { component: component.id, result };
    },
    finish: () => attributes.onFolder(path, top),
    release() {
      kept = undefined;
    },
    async [Symbol.asyncDispose]() {
      await kept?.disposeAsync();
      kept = undefined;
    },
  };
}
