import { quote } from '../quote.ts';
import type { SectionReader } from '../section-reader.ts';

/** The key `databases` of a server: at least one, each once, none of the `own` ones of the server (in small letters). */
export function parseDatabases(
  section: SectionReader,
  { own, longest }: { own: readonly string[]; longest: number },
): string[] {
  const allowed = 'a comma list of database names, or databases[] = NAME on a line each';
  const databases = section.list('databases', { comma: /,/, allowed });
  if (!section.has('databases')) section.mistake('databases', 'no such key', `${allowed} (required)`);
  for (const [index, name] of databases.entries()) {
    if (own.includes(name.toLowerCase())) {
      section.mistake(
        'databases',
        `${quote(name)}, which belongs to the server`,
        "the system's own databases",
      );
    }
    if ([...name].length > longest) {
      section.mistake('databases', `the name ${quote(name)}`, `names of at most ${longest} characters`);
    }
    if (databases.indexOf(name) < index) {
      section.mistake('databases', `${quote(name)} twice`, 'each database once');
    }
  }
  return databases;
}
