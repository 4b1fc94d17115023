import { summaryOf } from '#catalog/summary-of.ts';
import type { Destination } from '#destinations/destination.ts';
import { systemErrorCode } from '#platform/errors.ts';
import type { TakenSet } from './take-set.ts';

/**
 * Leaves the small file beside an archive that list and retention read instead of the archive. Where it
 * cannot be written (the archive took the last space) the archive is no worse for it: the reader makes it
 * again from the manifest. Resolves with a line that says so.
 */
export async function summariseArchive(
  destination: Destination,
  { manifest, sealed, sha256 }: TakenSet,
  verifiedAt: Temporal.Instant,
): Promise<string[]> {
  const summary = {
    ...summaryOf(manifest, sealed.bytes),
    sha256,
    verifiedAt: verifiedAt.toString(),
  };
  try {
    await destination.writeNote(manifest.archiveName, JSON.stringify(summary, undefined, 2));
    return [];
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return [`the summary of ${manifest.archiveName} could not be written: ${(error as Error).message}`];
  }
}
