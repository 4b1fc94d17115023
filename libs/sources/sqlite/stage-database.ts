import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { LifeboatError } from '#platform/errors.ts';
import type { MemberReader, StageOptions } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { removeTree } from '../remove-tree.ts';
import { unzstd } from '../unzstd.ts';
import { writeFailure } from '../write-failure.ts';
import { sqliteDetails } from './sqlite-details.ts';

/**
 * Puts a database's parts together as the file `path`, which must not exist: private, synced, equal to the
 * archive by hash. On failure it is removed again. Throws `archive-damaged`, `space-low`, `write-failed`.
 */
export async function stageDatabase(
  path: string,
  component: ComponentRecord,
  archive: MemberReader,
  options: StageOptions,
): Promise<void> {
  const { form } = sqliteDetails(component);
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'wx', 0o600);
    const sha256 = createHash('sha256');
    let bytes = 0;
    for (const member of component.members) {
      const packed = archive.open(member.path, options.signal);
      const left = component.bytes - bytes;
      for await (const chunk of form === 'zstd' ? unzstd(packed, left, member.path) : packed) {
        sha256.update(chunk);
        await file.writeFile(chunk);
        bytes += chunk.length;
        options.onBytes(chunk.length, component.id);
      }
    }
    if (bytes !== component.bytes || sha256.digest('hex') !== component.sha256) {
      throw new LifeboatError(
        'archive-damaged',
        `the parts of ${component.id} are not the database they should be`,
      );
    }
    await file.sync();
    await file.close();
  } catch (error) {
    await file?.close();
    if (file) await removeTree(path);
    throw writeFailure(error, path);
  }
}
