import { isAbsolute, resolve } from 'node:path';
import { quote } from '../quote.ts';
import type { SectionReader } from '../section-reader.ts';
import type { DrillSettings } from '../settings.ts';
import { parseIoLimit } from './parse-io-limit.ts';
import { parseSchedule } from './parse-schedule.ts';

const MEGABYTE = 1_000_000;

/** `[drill]`: off unless it has a frequency. A drill that failed is not tried again before it is due again. */
export function parseDrill(section: SectionReader): DrillSettings {
  return {
    ...parseSchedule(section, 'Not Use'),
    retry: 'next',
    folder: parseFolder(section),
    timeLimit: section.wholeNumber('time_limit', { from: 1, to: 10_080, otherwise: 240 }),
    leaveFree: section.wholeNumber('leave_free', { from: 0, to: 100_000_000, otherwise: 500 }) * MEGABYTE,
    keepReports: section.wholeNumber('keep_reports', { from: 1, to: 1000, otherwise: 100 }),
    nice: section.wholeNumber('nice', { from: 0, to: 19, otherwise: 10 }),
    ioLimit: parseIoLimit(section),
  };
}

/** Absolute, since a scratch folder by accident inside the system would be among its files. */
function parseFolder(section: SectionReader): string | undefined {
  const allowed = 'an absolute path';
  const path = section.text('folder', { allowed });
  if (path === undefined) return undefined;
  if (isAbsolute(path)) return resolve(path);
  section.mistake('folder', quote(path), allowed);
  return undefined;
}
