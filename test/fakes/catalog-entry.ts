import type { CatalogEntry } from '#catalog/list-archives.ts';
import type { Summary } from '#catalog/summary.ts';
import { SYSTEM_ID } from './backup-parts.ts';

/** An archive of the catalog as retention sees it; the start is an hour after the archive before. */
export function catalogEntry(
  number: number,
  state: Summary['state'],
  changes: Partial<Summary> & { fileName?: string; bytes?: number } = {},
): CatalogEntry {
  const startedAt = Temporal.Instant.from('2026-01-01T00:00:00Z').add({ hours: number }).toString();
  const { fileName, ...summary } = changes;
  const name = `door-control-${number}.zip`;
  return {
    file: {
      name: fileName ?? name,
      bytes: changes.bytes ?? 1000,
      modified: Temporal.Instant.from('2026-06-01T00:00:00Z'),
    },
    renamed: fileName !== undefined,
    summary: {
      name,
      systemId: SYSTEM_ID,
      systemName: 'Door Control',
      systemVersion: '2.9.8',
      number,
      startedAt,
      takenAt: startedAt,
      finishedAt: startedAt,
      state,
      reasons: state === 'good' ? [] : ['folder/images is missing: /srv/images'],
      bytes: 1000,
      pinned: false,
      ...summary,
    },
  };
}

export function unreadableEntry(fileName: string): CatalogEntry {
  return {
    file: { name: fileName, bytes: 0, modified: Temporal.Instant.from('2026-06-01T00:00:00Z') },
    summary: undefined,
    unreadable: 'it is no ZIP file',
    renamed: false,
  };
}
