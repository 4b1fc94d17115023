import type { CatalogEntry } from '#catalog/list-archives.ts';
import type { Destination } from '#destinations/destination.ts';
import { type ArchiveIdentity, nameArchive } from './name-archive.ts';

/**
 * Names an archive and keeps that name from other systems until it is disposed: two systems that are called the
 * same and begin in the same second have the same name in mind, and both see that nobody has it yet.
 */
export async function claimName(
  { system, destination }: { system: { id: string; name: string }; destination: Destination },
  startedAt: Temporal.Instant,
  { number, earlier }: { number: number; earlier: readonly CatalogEntry[] },
): Promise<ArchiveIdentity & AsyncDisposable> {
  const identity = nameArchive(system, startedAt, { number, earlier });
  const claim = await destination.claim(identity.archiveName, system.id);
  if (claim === undefined) {
    return await claimName({ system, destination }, startedAt, { number: identity.number + 1, earlier });
  }
  return { ...identity, [Symbol.asyncDispose]: () => claim[Symbol.asyncDispose]() };
}
