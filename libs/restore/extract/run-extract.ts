import { mkdir, rm } from 'node:fs/promises';
import type { ArchiveReader } from '#archive/archive.ts';
import type { RunResult } from '#journal/run-result.ts';
import { counted } from '#platform/counted.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { CheckedItem, StageOptions } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { sayUntouched } from '../say-untouched.ts';

export interface ExtractParts {
  archive: ArchiveReader;
  components: readonly ComponentRecord[];
  /** A folder that must not exist yet; it is removed again if the run fails. */
  into: string;
  /** Takes one component out into a folder, as its engine does it. */
  extractOne: ExtractOne;
  onProgress: OnProgress;
}

export type ExtractOne = (
  component: ComponentRecord,
  archive: ArchiveReader,
  into: string,
  options: StageOptions,
) => Promise<CheckedItem>;

/**
 * FD-27: takes components out of an archive into a new folder, checked like a restore. Folders, files and SQLite
 * databases come out as they were, a SQL Server database as its .bak, a MariaDB database as the SQL and text members that RESTORE.txt explains.
 */
export async function runExtract(parts: ExtractParts, signal: AbortSignal): Promise<RunResult> {
  const { archive, components, into } = parts;
  const total = components.reduce((sum, component) => sum + component.bytes, 0);
  let done = 0;
  const options: StageOptions = {
    signal,
    onBytes(bytes, item) {
      done += bytes;
      parts.onProgress({ stage: 'extracting', item, done, total });
    },
  };
  await makeNewFolder(into);
  const taken: CheckedItem[] = [];
  try {
    for (const component of components) {
      signal.throwIfAborted();
      taken.push(await parts.extractOne(component, archive, into, options));
    }
  } catch (error) {
    await rm(into, { recursive: true, force: true });
    throw sayUntouched(error);
  }
  return {
    state: 'done',
    message: `${counted(taken.length, 'component')} extracted into ${into}`,
    archive: archive.manifest.archiveName,
    lines: taken.map((item) => `${item.component}: ${item.result}`),
  };
}

async function makeNewFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (cause) {
    const code = systemErrorCode(cause);
    const exists = code === 'EEXIST';
    throw new LifeboatError(
      'target-unsuitable',
      exists
        ? `${path} exists already; extract writes into a new folder only`
        : `cannot make ${path}: ${code ?? cause}`,
      { hint: 'name another folder with --into', cause },
    );
  }
}
