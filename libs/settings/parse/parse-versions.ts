import { parseRange, type VersionRange } from '#versions/parse-range.ts';
import { quote } from '../quote.ts';
import type { SectionReader } from '../section-reader.ts';
import type { MigrateSettings, VersionsSettings } from '../settings.ts';
import { parseCommand } from './parse-command.ts';

const RANGES = 'a comma list of versions and ranges: 2.9.1, 2.9.*, 2.8 - 2.9.*';
const CHANGES =
  'a comma list of components as lifeboat-restore inspect names them: mariadb/main/ac, folder/conf';
const COMPONENT = /^((mariadb|mssql)\/[^/]+\/.+|(sqlite|folder|file)\/[^/]+)$/;

/** `[versions]` (LB-05): which older versions the installed one can restore, and the program that migrates them. */
export function parseVersions(section: SectionReader): VersionsSettings {
  const restores = section.list('restores', { comma: /,/, allowed: RANGES }).flatMap((text) => {
    const range = parseRange(text);
    if (range === undefined) section.mistake('restores', quote(text), RANGES);
    return range ?? [];
  });
  return { restores, migrate: parseMigrate(section, restores) };
}

function parseMigrate(
  section: SectionReader,
  restores: readonly VersionRange[],
): MigrateSettings | undefined {
  const command = parseCommand(section, 'migrate');
  const changes = section.list('changes', { comma: /,/, allowed: CHANGES });
  const timeLimit = section.wholeNumber('time_limit', { from: 1, to: 86_400, otherwise: 3600 });
  for (const id of changes) {
    if (!COMPONENT.test(id)) section.mistake('changes', quote(id), CHANGES);
  }
  if (section.has('migrate') && restores.length === 0 && !section.has('restores')) {
    section.mistake('migrate', 'this key without restores', 'both, or restores alone');
  }
  if (section.has('changes') && !section.has('migrate')) {
    section.mistake('changes', 'this key without migrate', 'both, or migrate alone');
  }
  if (command === undefined) return undefined;
  return { command, changes: section.has('changes') ? changes : undefined, timeLimit };
}
