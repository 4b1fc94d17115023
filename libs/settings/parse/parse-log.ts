import type { SectionReader } from '../section-reader.ts';
import type { LogSettings } from '../settings.ts';

/** `[log]`: the service's log for machines; the journal for people is not affected. */
export function parseLog(section: SectionReader): LogSettings {
  return {
    level: section.choice('level', ['error', 'warn', 'info', 'debug'], 'info'),
    file: section.path('file'),
  };
}
