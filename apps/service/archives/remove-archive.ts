import type { CatalogEntry } from '#catalog/list-archives.ts';
import { onlyGood } from '#catalog/only-good.ts';
import type { Outcome } from '#journal/outcome.ts';
import { recordRun } from '#journal/record-run.ts';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { takeLock } from '#platform/lock.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { findArchive } from './find-archive.ts';
import { visibleArchives } from './visible-archives.ts';

export interface DeleteAgreement {
  yes: boolean;
  /** Deleting the last good archive needs a word of its own. */
  lastGood: boolean;
}

/** Removes one archive by hand, by name or number, under the system's lock, and records how it ended. */
export async function removeArchive(
  system: ComposedSystem,
  name: string,
  agreement: DeleteAgreement,
  run: { clock: Clock; signal: AbortSignal; stderr?: NodeJS.WritableStream },
): Promise<Outcome> {
  return await recordRun('delete', { ...run, ...system.recording }, async () => {
    await using _lock = await takeLock({
      stateFolder: system.state,
      systemId: system.id,
      purpose: 'deleting an archive',
      clock: run.clock,
    });
    const entries = await visibleArchives(system.destination, system, run.signal);
    const entry = findArchive(entries, name, system);
    refuseUnlessAgreed(entry, entries, system, agreement);
    await system.destination.remove(entry.file.name);
    await system.destination.removeNote(entry.file.name);
    return { state: 'done', message: `${entry.file.name} was deleted`, archive: entry.file.name, lines: [] };
  });
}

function refuseUnlessAgreed(
  entry: CatalogEntry,
  entries: readonly CatalogEntry[],
  system: ComposedSystem,
  agreement: DeleteAgreement,
): void {
  if (entry.summary?.pinned) {
    throw new LifeboatError(
      'not-confirmed',
      `${entry.file.name} is kept for an update; nothing was deleted`,
      {
        hint: `say lifeboat release ${entry.file.name} first`,
      },
    );
  }
  if (entry === onlyGood(entries, system.id) && !agreement.lastGood) {
    throw new LifeboatError(
      'archive-last-good',
      `${entry.file.name} is the last good archive of this system; nothing was deleted`,
      {
        hint: 'make a new backup first, or say --last-good if it really is to go',
      },
    );
  }
  if (!agreement.yes) {
    throw new LifeboatError(
      'not-confirmed',
      `deleting ${entry.file.name} was not confirmed; nothing was deleted`,
      {
        hint: 'say --yes to delete it',
      },
    );
  }
}
