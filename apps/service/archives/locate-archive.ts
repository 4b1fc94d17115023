import type { CatalogEntry } from '#catalog/list-archives.ts';
import type { Destination } from '#destinations/destination.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { findArchive } from './find-archive.ts';
import { visibleArchives } from './visible-archives.ts';

export interface LocatedArchive {
  entry: CatalogEntry;
  /** Where it is read from. */
  destination: Destination;
}

/**
 * An archive by name or number, the newest without either: from the backup path, or from the second one where the first
 * has not got it or cannot be read (TN-12). Throws what the first place says, if neither has it.
 */
export async function locateArchive(
  system: Pick<ComposedSystem, 'id' | 'destination' | 'second' | 'onlyOwn'>,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<LocatedArchive> {
  const { id, destination, second } = system;
  const findIn = async (place: Destination): Promise<LocatedArchive> => ({
    entry: findArchive(await visibleArchives(place, system, signal), wanted, { id, destination: place }),
    destination: place,
  });
  try {
    return await findIn(destination);
  } catch (error) {
    if (second === undefined || signal.aborted || !isOfPlace(error)) throw error;
    try {
      return await findIn(second.destination);
    } catch (also) {
      throw isOfPlace(also) ? error : also;
    }
  }
}

/** What it says is that the archive is not there, or that the place cannot be read. */
function isOfPlace(error: unknown): boolean {
  if (error instanceof LifeboatError) return error.code !== 'usage';
  return systemErrorCode(error) !== undefined;
}
