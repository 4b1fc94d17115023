import { folderDestination } from '#destinations/folder-destination.ts';
import { openHistory } from '#journal/history.ts';
import { openJournal } from '#journal/journal.ts';
import type { RunParts } from '#journal/run-parts.ts';
import type { Clock } from '#platform/clock.ts';
import { journalFolder } from '#settings/default-places.ts';
import type { Settings } from '#settings/settings.ts';

/**
 * Where what is done with an archive is recorded: the installed system's journal, or where none is installed that of
 * the state folder under the name of the archive's system.
 */
export function recordingOf(
  settings: Settings | undefined,
  archived: { id: string; name: string },
  { stateFolder, clock }: { stateFolder: string; clock: Clock },
): RunParts {
  const system = { id: settings?.system.id ?? archived.id, name: settings?.system.name ?? archived.name };
  const verbose = settings?.backup.verbose ?? true;
  const journal = openJournal(journalFolder(stateFolder, settings), clock, { system: system.name, verbose });
  if (settings === undefined) return { clock, journal, stateFolder, system };
  const { path, keep } = settings.backup;
  const history = openHistory(folderDestination(path), { system, keep, clock, stateFolder });
  return { clock, journal, stateFolder, system, history };
}
