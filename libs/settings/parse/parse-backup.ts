import { isAbsolute, resolve } from 'node:path';
import { quote } from '../quote.ts';
import type { SectionReader } from '../section-reader.ts';
import type { BackupSettings } from '../settings.ts';
import { parseIoLimit } from './parse-io-limit.ts';
import { parseSchedule } from './parse-schedule.ts';

/** `[backup]`: where archives go, when they are made, how many are kept. */
export function parseBackup(section: SectionReader): BackupSettings {
  return {
    ...parsePlaces(section),
    ...parseSchedule(section),
    ...parseRotation(section),
    onlyIfChanged: section.yesNo('only_if_changed', false),
    compression: section.choice('compression', ['None', 'Fast', 'Compact'], 'Fast'),
    state: section.path('state'),
    journal: section.path('journal'),
    verbose: section.yesNo('verbose', true),
    nice: section.wholeNumber('nice', { from: 0, to: 19, otherwise: 0 }),
    ioLimit: parseIoLimit(section),
  };
}

type Rotation = Pick<BackupSettings, 'keep' | 'keepDays' | 'deleteOld' | 'naming' | 'prefix'>;

/** A period alone is not cut short by a count that nobody wrote. */
function parseRotation(section: SectionReader): Rotation {
  const keepDays = section.has('keep_days')
    ? section.wholeNumber('keep_days', { from: 1, to: 3650, otherwise: 1 })
    : undefined;
  const keep = keepDays === undefined ? 7 : Number.POSITIVE_INFINITY;
  return {
    keep: section.wholeNumber('keep', { from: 1, to: 100, otherwise: keep }),
    keepDays,
    deleteOld: section.choice('delete_old', ['after', 'before'], 'after'),
    naming: section.choice('naming', ['numbered', 'calendar'], 'numbered'),
    prefix: section.text('prefix', {
      allowed: 'at most 40 letters, digits, _ and -, the first a letter or digit',
      pattern: /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,39}$/u,
    }),
  };
}

/** TN-12. Two names for one folder would be one place that is called two. */
function parsePlaces(section: SectionReader): Pick<BackupSettings, 'path' | 'second'> {
  const path = parseDestination(section, 'path', section.requiredText('path', ABSOLUTE));
  const keep = section.wholeNumber('second_keep', { from: 1, to: 100, otherwise: 7 });
  const written = section.text('second_path', ABSOLUTE);
  if (written === undefined) return { path, second: undefined };
  const second = parseDestination(section, 'second_path', written);
  if (second !== '' && second === path) {
    section.mistake('second_path', 'the same folder as path', 'another folder, on another medium');
  }
  return { path, second: { path: second, keep } };
}

const ABSOLUTE = { allowed: 'an absolute path' };

/** Absolute, since archives belong on another disk than the system and not by accident inside its root. */
function parseDestination(section: SectionReader, key: 'path' | 'second_path', path: string): string {
  if (isAbsolute(path)) return resolve(path);
  if (path !== '') section.mistake(key, quote(path), ABSOLUTE.allowed);
  return '';
}
