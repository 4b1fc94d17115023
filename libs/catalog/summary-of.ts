import type { Manifest } from '#archive/manifest.ts';
import type { Summary } from './summary.ts';

/** What the manifest of an archive of so many bytes says to list and retention. */
export function summaryOf(manifest: Manifest, bytes: number): Summary {
  return {
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
    bytes,
    pinned: false,
  };
}
