import type { ArchiveReader } from '#archive/archive.ts';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { changedValues } from '#settings/changed-values.ts';
import { restoredSettings } from '#settings/restored-settings.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { CONF_COMPONENT, readArchivedSettings } from './read-archived-settings.ts';
import type { Profile } from './read-profile.ts';

/** Takes itself back when it is disposed, unless the restore was done. */
export interface SettingsMark extends AsyncDisposable {
  /** The restore is done: the settings are there, and wait for a person. */
  stays(): void;
}

/**
 * Notes that a restore brings the archive's backup settings back, before it does: until a person confirms them no
 * archive is removed by them, also if the restore is killed. Notes nothing where they are those that are installed.
 */
export async function markRestoredSettings(
  restore: { archive: ArchiveReader; chosen: readonly ComponentRecord[]; profile: Profile },
  { state, runId, clock }: { state: string; runId: string; clock: Clock },
  signal: AbortSignal,
): Promise<SettingsMark> {
  const { archive, profile } = restore;
  const { system } = archive.manifest;
  const kept = restoredSettings(state, profile.settings.system.id ?? system.id);
  const changes = await changesBrought(restore, signal);
  let stays = changes.length === 0;
  if (changes.length > 0) {
    const { archiveName } = archive.manifest;
    await kept.save({ archive: archiveName, restoredAt: clock.now().toString(), changes, run: runId });
  }
  return {
    stays() {
      stays = true;
    },
    async [Symbol.asyncDispose]() {
      if (!stays) await kept.settle((run) => (run === runId ? false : undefined));
    },
  };
}

async function changesBrought(
  {
    archive,
    chosen,
    profile,
  }: { archive: ArchiveReader; chosen: readonly ComponentRecord[]; profile: Profile },
  signal: AbortSignal,
): Promise<string[]> {
  if (!chosen.some(({ id, state }) => id === CONF_COMPONENT && state !== 'missing')) return [];
  const { settings, from } = profile;
  if (from === 'archive') return [`all of [backup] in ${settings.file}: there were none before`];
  try {
    const archived = await readArchivedSettings(archive, settings.file, signal);
    return archived === undefined ? [] : changedValues(settings.backup, archived.backup);
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code !== 'conf-invalid') throw error;
    return [`${settings.file} of the archive has mistakes: "lifeboat check" names them`];
  }
}
