import type { CatalogEntry } from '#catalog/list-archives.ts';

/** True if an archive that is there already started after this run: the order of archives cannot be trusted. */
export function clockWentBack(
  entries: readonly CatalogEntry[],
  run: { systemId: string; startedAt: Temporal.Instant },
): boolean {
  return entries.some(
    ({ summary }) =>
      summary?.systemId === run.systemId && Temporal.Instant.compare(summary.startedAt, run.startedAt) > 0,
  );
}
