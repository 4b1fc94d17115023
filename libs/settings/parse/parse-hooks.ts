import type { SectionReader } from '../section-reader.ts';
import type { HookSettings } from '../settings.ts';
import { parseCommand } from './parse-command.ts';

/** `[hooks]`: programs of the administrator's around a backup (FD-25). */
export function parseHooks(section: SectionReader): HookSettings {
  return {
    before: parseCommand(section, 'before'),
    after: parseCommand(section, 'after'),
    alert: parseCommand(section, 'alert'),
    afterRestore: parseCommand(section, 'after_restore'),
    timeLimit: section.wholeNumber('time_limit', { from: 1, to: 86_400, otherwise: 300 }),
  };
}
