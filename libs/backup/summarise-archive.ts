import { summaryOf } from '#catalog/summary-of.ts';
import type { Destination } from '#destinations/destination.ts';
import { systemErrorCode } from '#platform/errors.ts';
import { publishedNames } from './published-names.ts';
import type { MadeArchive } from './take-set.ts';

/**
 * Leaves the small file beside each file of an archive that list and retention read instead of the archive.
 * Where it cannot be written (the archive took the last space) the archive is no worse for it: the reader
 * makes it again from the manifest. Resolves with lines that say so.
 */
export async function summariseArchive(
  destination: Destination,
  { manifest, sealed, sha256 }: MadeArchive,
  verifiedAt: Temporal.Instant,
): Promise<string[]> {
  const trouble: string[] = [];
  for (const name of publishedNames(manifest)) {
    const summary = {
      ...summaryOf(manifest, { name, bytes: sealed.bytes }),
      sha256,
      verifiedAt: verifiedAt.toString(),
    };
    try {
      await destination.writeNote(name, JSON.stringify(summary, undefined, 2));
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error;
      trouble.push(`the summary of ${name} could not be written: ${(error as Error).message}`);
    }
  }
  return trouble;
}
