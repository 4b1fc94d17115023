import { folderDestination } from '#destinations/folder-destination.ts';
import { tellJournal } from '#journal/tell-journal.ts';
import { changedValues } from '#settings/changed-values.ts';
import { secondPlace } from '../archives/second-place.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { sayUnchanged } from './say-unchanged.ts';
import { turnToSave } from './turn-to-save.ts';

/** Undefined takes a key out, so that its default holds again. */
export type SettingChange = { key: string; value: string | undefined };

/**
 * Changes keys of `[backup]`, all or none: a wrong one is `conf-invalid` and the old settings stay. Resolves with a
 * line for each value that is another one now, and journals them. Programs that save at the same time take turns.
 */
export async function changeSettings(
  { settings, state, id, journal, save }: ComposedSystem,
  changes: readonly SettingChange[],
  signal: AbortSignal,
): Promise<string[]> {
  using _turn = await turnToSave(state, id, signal);
  const wanted = changes.map((change) => ({ section: 'backup', ...change }));
  const saved = await save(wanted, signal, async (coming) => {
    // BS-12: a path is taken only if a backup could be written there now.
    const { path, second } = coming.backup;
    if (path !== settings.backup.path) await folderDestination(path).check(0, signal);
    if (second?.path !== settings.backup.second?.path)
      await secondPlace(coming)?.destination.check(0, signal);
  }).catch((error: unknown) => {
    throw sayUnchanged(error);
  });
  const lines = changedValues(settings.backup, saved.backup);
  // They are saved: a journal that cannot be written is said and changes nothing of that.
  const teller = tellJournal(journal);
  if (lines.length > 0) await teller.tell(lines.map((line) => `settings: ${line}`));
  return [...lines, ...teller.troubles()];
}
