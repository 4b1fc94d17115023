import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { LifeboatError } from '#platform/errors.ts';
import type { CheckedItem, MemberReader, StageOptions } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { moveDurably } from '../exchange/move-durably.ts';
import { extractPlaces } from '../extract-places.ts';
import { writeFailure } from '../write-failure.ts';
import { openBackup } from './open-backup.ts';

/**
 * FD-27: takes the .bak of a database out of an archive as `<database>.bak`, private, and compares it with the hash
 * that was taken when it was saved. Throws `target-unsuitable` if it is there already, `archive-damaged`,
 * `archive-incomplete`, `check-failed`, `space-low`, `write-failed`.
 */
export async function extractBackup(
  component: ComponentRecord,
  archive: MemberReader,
  into: string,
  options: StageOptions,
): Promise<CheckedItem> {
  await mkdir(into, { recursive: true, mode: 0o700 });
  const { temporary, final } = await extractPlaces(into, `${component.name}.bak`);
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(temporary, { force: true }));
  const { bytes, sha256 } = await writeBackupFile(temporary, component, archive, options);
  if (bytes !== component.bytes || sha256 !== component.sha256) {
    throw new LifeboatError('check-failed', `the backup of ${component.id} is not the one that was saved`);
  }
  await moveDurably(temporary, final);
  return { component: component.id, result: `${bytes.toLocaleString('en')} bytes, hash equal; in ${final}` };
}

async function writeBackupFile(
  path: string,
  component: ComponentRecord,
  archive: MemberReader,
  { signal, onBytes }: StageOptions,
): Promise<{ bytes: number; sha256: string }> {
  const sha256 = createHash('sha256');
  let bytes = 0;
  try {
    await using file = await open(path, 'wx', 0o600);
    for await (const chunk of openBackup(component, archive, signal)) {
      sha256.update(chunk);
      bytes += chunk.length;
      await file.writeFile(chunk);
      onBytes(chunk.length, component.id);
    }
    await file.sync();
  } catch (error) {
    throw writeFailure(error, path);
  }
  return { bytes, sha256: sha256.digest('hex') };
}
