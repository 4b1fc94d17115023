import type { ArchiveReader } from '#archive/archive.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { DrillParts } from './drill-parts.ts';
import { limitReading } from './limit-reading.ts';
import type { DrillNotes } from './open-notes.ts';

/** Opens the archive to try, read no faster than the limit. One whose directory or manifest is damaged is named. */
export async function openChosen(
  parts: DrillParts,
  notes: DrillNotes,
  signal: AbortSignal,
): Promise<ArchiveReader> {
  const chosen = await parts.choose(signal);
  notes.chosen(chosen);
  const archive = await chosen.open().catch((error: unknown) => {
    throw named(chosen.name, error);
  });
  notes.opened(archive);
  if (archive.manifest.system.id !== parts.system.id) {
    await archive[Symbol.asyncDispose]();
    throw new LifeboatError('archive-other-system', `${chosen.name} is of another system`, {
      hint: 'a drill restores archives of its own system only',
    });
  }
  const { ioLimit } = parts.limits;
  return ioLimit === undefined ? archive : limitReading(archive, ioLimit, parts.clock);
}

function named(name: string, error: unknown): unknown {
  if (!(error instanceof LifeboatError) || error.message.includes(name)) return error;
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  return new LifeboatError(error.code, `${name}: ${error.message}`, { ...hint, cause: error });
}
