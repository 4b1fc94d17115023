import type { SystemParts } from '#restore/transaction.ts';
import type { Profile } from './read-profile.ts';

/** Where systemd looks for drop-ins that an administrator puts there. */
const UNITS_FOLDER = '/etc/systemd/system';

/**
 * The system around a restore as the conf has it. Its hooks and its check are from the installed conf only, never from
 * that of an archive. LIFEBOAT_UNITS_FOLDER says where drop-ins are put; tests set it.
 */
export function systemParts({ settings, from }: Profile, environment: NodeJS.ProcessEnv): SystemParts {
  const { system, hooks } = settings;
  const own = from === 'installed';
  const { startCheck, startCheckLimit } = system;
  return {
    programs: {
      ...(system.stop && { stop: system.stop }),
      ...(system.start && { start: system.start }),
      ...(own && startCheck && { check: { command: startCheck, timeLimit: startCheckLimit } }),
      ...(own &&
        hooks.afterRestore && {
          afterRestore: { command: hooks.afterRestore, timeLimit: hooks.timeLimit },
        }),
    },
    keepStopped: {
      units: own ? system.units : [],
      services: own ? system.services : [],
      folder: environment['LIFEBOAT_UNITS_FOLDER'] || UNITS_FOLDER,
    },
    keepOldDays: system.keepOldDays,
  };
}
