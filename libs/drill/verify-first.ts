import type { ArchiveReader } from '#archive/archive.ts';
import { verifyArchive } from '#archive/verify-archive.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { DrillParts } from './drill-parts.ts';
import type { DrillNotes } from './open-notes.ts';

/**
 * Reads the whole archive back, so that everything that is damaged is named, not the first of it alone. Resolves with
 * the components that are whole and that a drill restores.
 */
export async function verifyFirst(
  archive: ArchiveReader,
  { clock, onProgress }: DrillParts,
  notes: DrillNotes,
  signal: AbortSignal,
): Promise<ComponentRecord[]> {
  const begin = clock.elapsed();
  const { items } = await verifyArchive(archive, { signal, onProgress, depth: 'contents' });
  notes.verified(clock.elapsed() - begin);
  const damaged = items.filter(({ result }) => result === 'problem');
  for (const { item, detail = 'it is damaged' } of damaged) {
    notes.failed(item, new LifeboatError('archive-damaged', detail, { hint: HINT }));
  }
  return archive.manifest.components.filter((component) => {
    const damage = damaged.find(({ item }) => item === component.id);
    if (damage !== undefined) {
      notes.part(component, { result: 'failed', detail: damage.detail ?? 'it is damaged' });
      return false;
    }
    const why = whyNot(component);
    if (why !== undefined) notes.part(component, { result: 'not proven', detail: why });
    if (component.state === 'partial') {
      notes.notProven(`${component.id}: a part of it could not be read when it was backed up`);
    }
    return why === undefined;
  });
}

const HINT = 'do not rely on this archive; make a new backup now and look at the disk it lies on';

function whyNot({ kind, state }: ComponentRecord): string | undefined {
  if (state === 'missing') return 'was missing when the backup was made';
  const whole = 'whole in the archive; a drill creates none of them';
  if (kind === 'mariadb-accounts') return `accounts: ${whole}`;
  if (kind === 'mssql-logins') return `logins: ${whole}`;
  return undefined;
}
