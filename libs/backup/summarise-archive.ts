import type { Summary } from '#catalog/summary.ts';
import type { Destination } from '#destinations/destination.ts';
import type { WrittenSet } from './write-set.ts';

/** Leaves the small file beside an archive that list and retention read instead of the archive. */
export async function summariseArchive(
  destination: Destination,
  { manifest, sealed }: WrittenSet,
  verifiedAt: Temporal.Instant,
): Promise<Summary> {
  const summary: Summary = {
    name: manifest.archiveName,
    systemId: manifest.system.id,
    systemName: manifest.system.name,
    systemVersion: manifest.system.version,
    number: manifest.number,
    startedAt: manifest.startedAt,
    takenAt: manifest.takenAt,
    finishedAt: manifest.finishedAt,
    state: manifest.state,
    reasons: manifest.reasons,
    bytes: sealed.bytes,
    sha256: sealed.sha256,
    verifiedAt: verifiedAt.toString(),
    pinned: false,
  };
  await destination.writeNote(manifest.archiveName, JSON.stringify(summary, undefined, 2));
  return summary;
}
