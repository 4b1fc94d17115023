import { open } from 'node:fs/promises';
import type { RandomAccess } from '#archive/archive.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import type { Summary } from '#catalog/summary.ts';
import type { Destination } from '#destinations/destination.ts';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { RateLimit } from '#platform/rate-limit.ts';
import { writeFailure } from '#sources/write-failure.ts';
import { limitedAccess } from './limited-access.ts';
import { proveArchive } from './prove-archive.ts';

export interface ArchiveToCopy {
  /** Every name of one archive that is to be given to the copy; at least one. */
  files: readonly CatalogEntry[];
  from: Destination;
  to: Destination;
  /** Names in `to` that hold an archive of this system under its own name: they may be taken from it. */
  replaceable: ReadonlySet<string>;
}

export interface CopyParts {
  systemId: string;
  clock: Clock;
  onProgress: OnProgress;
  limited: (() => RateLimit) | undefined;
}

const PIECE = 2 ** 20;

/**
 * Copies one archive to another place. The copy gets its names only after it was read back there, every hash in it
 * was right, and the whole file had the hash that the first one was proven with; until then it is a draft. What
 * fails or is stopped leaves nothing. Throws `space-low`, `write-failed`, `archive-damaged`, `read-failed`.
 */
export async function copyArchive(
  { files, from, to, replaceable }: ArchiveToCopy,
  parts: CopyParts,
  signal: AbortSignal,
): Promise<void> {
  const [first] = files;
  if (first?.summary === undefined) throw new LifeboatError('internal', 'there is no archive to copy');
  const { file, summary } = first;
  await to.check(file.bytes, signal);
  await using draft = await to.draft(file.name, parts.systemId);
  await copyBytes(await from.open(file.name), draft.path, { ...parts, name: file.name }, signal);
  const prove = (path: string): Promise<string> => proveCopy(path, summary, parts, signal);
  const sha256 = await prove(draft.path);
  const names = files.map(({ file: { name } }) => ({ name, replace: replaceable.has(name) }));
  await draft.publishAs(names, { prove, signal });
  const verifiedAt = parts.clock.now().toString();
  for (const { name } of names) {
    // Whether it is kept for an update is said in the first place; here it counts as any other.
    const note: Summary = { ...summary, name, sha256, verifiedAt, pinned: false };
    await to.writeNote(name, JSON.stringify(note, undefined, 2));
  }
}

async function copyBytes(
  opened: RandomAccess,
  path: string,
  { limited, onProgress, name }: CopyParts & { name: string },
  signal: AbortSignal,
): Promise<void> {
  await using access = limited === undefined ? opened : limitedAccess(opened, limited());
  try {
    await using file = await open(path, 'wx', 0o600);
    for (let at = 0; at < access.size; at += PIECE) {
      signal.throwIfAborted();
      await file.writeFile(await access.read(at, Math.min(PIECE, access.size - at), signal));
      onProgress({
        stage: 'copying',
        item: name,
        done: Math.min(access.size, at + PIECE),
        total: access.size,
      });
    }
    await file.sync();
  } catch (error) {
    throw writeFailure(error, path);
  }
}

async function proveCopy(
  path: string,
  { name, sha256 }: Summary,
  parts: CopyParts,
  signal: AbortSignal,
): Promise<string> {
  const found = await proveArchive(path, parts, signal);
  if (sha256 === undefined || found === sha256) return found;
  throw new LifeboatError('archive-damaged', `${name} is no longer the archive that was verified`, {
    hint: 'verify it in the backup path; the disk there may be failing',
  });
}
