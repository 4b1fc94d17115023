import type { Manifest } from '#archive/manifest.ts';
import type { Summary } from './summary.ts';

/** What the manifest of an archive says to list and retention about the file of this name and size. */
export function summaryOf(manifest: Manifest, file: { name: string; bytes: number }): Summary {
  const { calendarNames = [] } = manifest;
  return {
    name: calendarNames.includes(file.name) ? file.name : manifest.archiveName,
    ...(calendarNames.length === 0 ? {} : { calendarNames }),
    systemId: manifest.system.id,
    systemName: manifest.system.name,
    systemVersion: manifest.system.version,
    number: manifest.number,
    startedAt: manifest.startedAt,
    takenAt: manifest.takenAt,
    finishedAt: manifest.finishedAt,
    state: manifest.state,
    reasons: manifest.reasons,
    bytes: file.bytes,
    pinned: manifest.pinned ?? false,
    ...(manifest.note === undefined ? {} : { note: manifest.note }),
    // The restore tool makes no other archives.
    ...(manifest.program.name === 'lifeboat-restore' ? { safety: true } : {}),
  };
}
