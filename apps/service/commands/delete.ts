import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import { recordRun } from '#journal/record-run.ts';
import { LifeboatError } from '#platform/errors.ts';
import { takeLock } from '#platform/lock.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { type ComposedSystem, composeSystem } from '../compose.ts';
import { findArchive } from '../find-archive.ts';

export interface DeleteAgreement {
  yes: boolean;
  /** Deleting the last good archive needs a word of its own. */
  lastGood: boolean;
}

/** `lifeboat delete ARCHIVE`: removes one archive by hand, under the system's lock. */
export async function deleteArchive(
  context: CommandContext,
  name: string,
  agreement: DeleteAgreement,
): Promise<number> {
  const system = await composeSystem(context);
  const outcome = await recordRun('delete', { ...context, ...system.recording }, async () => {
    await using _lock = await takeLock({
      stateFolder: system.state,
      systemId: system.id,
      purpose: 'deleting an archive',
      clock: context.clock,
    });
    const entries = await listArchives(system.destination, context.signal);
    const entry = findArchive(entries, name, system);
    refuseUnlessAgreed(entry, entries, system, agreement);
    await system.destination.remove(entry.file.name);
    await system.destination.removeNote(entry.file.name);
    return { state: 'done', message: `${entry.file.name} was deleted`, archive: entry.file.name, lines: [] };
  });
  return endRun(outcome, context);
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
  const good = entries.filter(
    (other) => other.summary?.systemId === system.id && other.summary.state === 'good' && !other.renamed,
  );
  if (good.length === 1 && good[0] === entry && !agreement.lastGood) {
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
