import type { Manifest } from '#archive/manifest.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import type { FinalName } from '#destinations/destination.ts';
import { type RateLimit, rateLimit } from '#platform/rate-limit.ts';
import type { BackupParts } from './backup-parts.ts';
import { foundUnchanged } from './found-unchanged.ts';
import { freezeSources } from './freeze-sources.ts';
import { holdsTheSame, isProvenUnchanged } from './is-unchanged.ts';
import type { LastGood } from './last-good-archive.ts';
import { makeRoom } from './make-room.ts';
import type { ArchiveIdentity } from './name-archive.ts';
import { proveArchive } from './prove-archive.ts';
import { publishedNames } from './published-names.ts';
import { requireSpace } from './require-space.ts';
import { type WrittenSet, writeSet } from './write-set.ts';

export interface SetToTake extends ArchiveIdentity {
  version: string;
  startedAt: Temporal.Instant;
  /** The archives of the destination before this run. */
  earlier: readonly CatalogEntry[];
  /** The last good archive, if a set that holds the same is not to be taken (FD-21). */
  unlessLike: LastGood | undefined;
}

export interface MadeArchive extends WrittenSet {
  /** Of the whole archive, as it was read back. */
  sha256: string;
}

/** The archive that was made, or the one that still holds everything. */
export type TakenSet = ({ made: MadeArchive } | { unchangedSince: LastGood }) & {
  /** What the sources say about their point in time, and what else led to the end. */
  journal: string[];
};

/**
 * Fixes the point in time, writes the set, reads it back, and only then gives the archive its names. Whatever
 * fails before that leaves no trace, so it can be done again. A set that holds the same as the last good
 * archive ends before it is written where that is proven, and else after: writing it is how its content is read.
 */
export async function takeSet(parts: BackupParts, take: SetToTake, signal: AbortSignal): Promise<TakenSet> {
  await using frozen = await freezeSources(parts.sources, parts.onProgress, signal);
  const { unlessLike: last } = take;
  if (last !== undefined && isProvenUnchanged(frozen, take.version, last)) {
    return { unchangedSince: last, journal: [...frozen.journal, 'unchanged by the state of every source'] };
  }
  const room = await makeRoom(parts, take, signal);
  const same = { systemId: parts.system.id, entries: take.earlier };
  await requireSpace(parts.destination, frozen.bytes, same, signal);

  await using draft = await parts.destination.draft(take.archiveName, parts.system.id);
  const limited = limitOf(parts);
  const machine = await parts.readMachine?.(signal);
  const written = await writeSet(
    parts,
    { ...take, frozen, machine, path: draft.path, limit: limited?.() },
    signal,
  );
  const journal = [...frozen.journal, ...room];
  if (last !== undefined && holdsTheSame(written.manifest, last.manifest)) {
    const trouble = await rememberUnchanged(parts, last, written.manifest);
    return { unchangedSince: last, journal: [...journal, 'unchanged by content', ...trouble] };
  }
  const prove = (path: string): Promise<string> => proveArchive(path, { ...parts, limited }, signal);
  const sha256 = await prove(draft.path);
  await draft.publishAs(finalNames(written.manifest), { prove, signal });
  return { made: { ...written, sha256 }, journal };
}

function rememberUnchanged(parts: BackupParts, last: LastGood, { components }: Manifest): Promise<string[]> {
  const states = components.flatMap(({ id, fingerprint }) =>
    fingerprint === undefined ? [] : [[id, fingerprint]],
  );
  return foundUnchanged(parts.stateFolder, parts.system.id).save(last.manifest, Object.fromEntries(states));
}

/** Only a calendar name is taken from the archive that had it before (BT-03). */
function finalNames(manifest: Manifest): FinalName[] {
  const { calendarNames = [] } = manifest;
  return publishedNames(manifest).map((name) => ({ name, replace: calendarNames.includes(name) }));
}

function limitOf({ ioLimit, clock }: BackupParts): (() => RateLimit) | undefined {
  return ioLimit === undefined ? undefined : () => rateLimit(ioLimit, clock);
}
