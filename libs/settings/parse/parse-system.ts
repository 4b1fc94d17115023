import { quote } from '../quote.ts';
import type { SectionReader } from '../section-reader.ts';
import type { SystemSettings, VersionSource } from '../settings.ts';
import { parseCommand } from './parse-command.ts';
import { parseRoot } from './parse-root.ts';

/** `[system]`: what the protected system is, and how it is stopped and started. */
export function parseSystem(section: SectionReader): SystemSettings {
  return {
    id: section.text('id', {
      allowed: 'letters, digits and dashes, at most 64 (leave the key out: it is made at first use)',
      pattern: /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/,
    }),
    name: section.requiredText('name', {
      allowed: 'a name of at most 100 characters',
      pattern: /^.{1,100}$/u,
    }),
    root: parseRoot(section),
    version: parseVersion(section),
    stop: parseCommand(section, 'stop'),
    start: parseCommand(section, 'start'),
    startCheck: parseCommand(section, 'start_check'),
    startCheckLimit: section.wholeNumber('start_check_limit', { from: 1, to: 86_400, otherwise: 300 }),
    units: parseUnits(section),
    services: parseServices(section),
    keepOldDays: section.wholeNumber('keep_old_days', { from: 0, to: 3650, otherwise: 7 }),
  };
}

/** Each becomes part of a path, so it is nothing but a unit's name. */
function parseUnits(section: SectionReader): string[] {
  const allowed = 'names of units of systemd (product.service), a comma between them';
  const units = section.list('units', { comma: /,/, allowed });
  for (const unit of units) {
    if (!/^[A-Za-z0-9:_@\\.-]{1,200}\.(service|socket|timer|path|target|mount)$/.test(unit)) {
      section.mistake('units', quote(unit), allowed);
    }
  }
  return units;
}

function parseServices(section: SectionReader): string[] {
  const allowed = 'names of services of Windows as `sc query` shows them, a comma between them';
  const services = section.list('services', { comma: /,/, allowed });
  for (const service of services) {
    if (!/^[^/\\\p{Cc}]{1,256}$/u.test(service)) section.mistake('services', quote(service), allowed);
  }
  return services;
}

function parseVersion(section: SectionReader): VersionSource {
  const literal = section.text('version', {
    allowed: 'a version of at most 100 characters',
    pattern: /^.{1,100}$/u,
  });
  const file = section.path('version_file');
  const key = section.text('version_key', {
    allowed: 'section.key, or a bare key that stands in no section',
  });
  const sources = section.has('version') || section.has('version_file');
  if (!sources) {
    section.mistake('version', 'neither version nor version_file', 'one of the two (required)');
  }
  if (section.has('version') && section.has('version_file')) {
    section.mistake('version_file', 'this key beside version', 'one of the two');
  }
  if (section.has('version_key') && !section.has('version_file')) {
    section.mistake('version_key', 'this key without version_file', 'both, or neither');
  }
  if (file === undefined) return { from: 'literal', version: literal ?? '' };
  return key === undefined ? { from: 'first-line', file } : { from: 'key', file, key };
}
