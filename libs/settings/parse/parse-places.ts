import { quote } from '../quote.ts';
import type { SectionReader } from '../section-reader.ts';
import type { FileSettings, FolderPath, FolderSettings, SqliteSettings } from '../settings.ts';

/** `[sqlite NAME]` and `[file NAME]`: one file on disk. */
export function parseFilePlace(section: SectionReader): SqliteSettings & FileSettings {
  return { name: section.name, path: section.requiredPath('path'), importance: section.importance() };
}

/** `[folder NAME]`: a folder with all that is in it. */
export function parseFolder(section: SectionReader): FolderSettings {
  return {
    name: section.name,
    path: parseFolderPath(section),
    importance: section.importance(),
    exclude: parseExclude(section),
  };
}

function parseFolderPath(section: SectionReader): FolderPath {
  const path = section.path('path');
  const file = section.path('path_from');
  const key = section.text('path_key', { allowed: 'section.key, or a bare key that stands in no section' });
  if (!section.has('path') && !section.has('path_from')) {
    section.mistake('path', 'neither path nor path_from', 'one of the two (required)');
  }
  if (section.has('path') && section.has('path_from')) {
    section.mistake('path_from', 'this key beside path', 'one of the two');
  }
  if (section.has('path_from') !== section.has('path_key')) {
    const alone = section.has('path_key') ? 'path_key' : 'path_from';
    section.mistake(alone, 'this key alone', 'path_from (a conf file) and path_key (a key of it) together');
  }
  return path === undefined ? { from: 'key', file: file ?? '', key: key ?? '' } : { from: 'literal', path };
}

/** Commas inside braces belong to the pattern: `*.{log,tmp}`. */
const PATTERN_COMMA = /,(?![^{}]*\})/;

/**
 * A pattern that could never match would leave in what its writer wants out, and a leading `!` would leave
 * out everything else: both are mistakes.
 */
function parseExclude(section: SectionReader): string[] {
  const allowed = 'a comma list of patterns, or exclude[] = PATTERN on a line each';
  const patterns = section.list('exclude', { comma: PATTERN_COMMA, allowed });
  for (const pattern of patterns) {
    if (/^([/\\]|[A-Za-z]:)/.test(pattern) || pattern.split('/').includes('..')) {
      section.mistake('exclude', quote(pattern), 'a pattern relative to the folder, without ..');
    }
    if (pattern.startsWith('!')) {
      section.mistake('exclude', quote(pattern), 'a pattern of what is left out (no leading !)');
    }
  }
  return patterns;
}
