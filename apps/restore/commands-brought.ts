import type { ArchiveReader } from '#archive/archive.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { Settings } from '#settings/settings.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { CONF_COMPONENT, readArchivedSettings } from './read-archived-settings.ts';
import type { Profile } from './read-profile.ts';

/**
 * The commands that the service or the next restore would run because the archive's sysbackup.conf takes the place
 * of the installed one, word for word, a line each. An archive must not bring a command unseen.
 */
export async function commandsBrought(
  chosen: readonly ComponentRecord[],
  archive: ArchiveReader,
  { settings: installed, from }: Profile,
  signal: AbortSignal,
): Promise<string[]> {
  if (from === 'archive' || !chosen.some(({ id }) => id === CONF_COMPONENT)) return [];
  try {
    const archived = await readArchivedSettings(archive, installed.file, signal);
    return archived === undefined ? [] : differences(commandsOf(archived), commandsOf(installed));
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code !== 'conf-invalid') throw error;
    const [first] = error.message.split('\n', 1);
    return [`the sysbackup.conf of the archive cannot be read by this version (${first})`];
  }
}

type Commands = Record<string, string[] | undefined>;

function commandsOf({ system, hooks, versions }: Settings): Commands {
  return {
    '[system] stop': system.stop,
    '[system] start': system.start,
    '[system] start_check': system.startCheck,
    '[versions] migrate': versions.migrate?.command,
    '[hooks] before': hooks.before,
    '[hooks] after': hooks.after,
    '[hooks] alert': hooks.alert,
    '[hooks] after_restore': hooks.afterRestore,
  };
}

function differences(archived: Commands, installed: Commands): string[] {
  return Object.entries(archived).flatMap(([key, command]) => {
    const now = installed[key];
    if (command === undefined || JSON.stringify(command) === JSON.stringify(now)) return [];
    return [
      `the sysbackup.conf of the archive brings a command that will be run: ${key} = ${command.join(' ')} (${now === undefined ? 'none now' : `now: ${now.join(' ')}`})`,
    ];
  });
}
