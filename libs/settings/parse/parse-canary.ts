import { bareSql } from '../bare-sql.ts';
import { quote } from '../quote.ts';
import type { SectionReader } from '../section-reader.ts';
import type { CanarySettings } from '../settings.ts';

/** `[canary NAME]`: one statement that only reads, and what it must answer. Which databases there are is checked later. */
export function parseCanary(section: SectionReader): CanarySettings {
  const of = section.requiredText('of', {
    allowed: 'a database: mariadb/main/ac, mssql/main/ac, sqlite/log',
  });
  const query = section.requiredText('query', { allowed: 'a SELECT' });
  if (query !== '' && !onlyReads(query)) {
    section.mistake('query', quote(query), 'one SELECT (or WITH … SELECT) without INTO and without ;');
  }
  return { name: section.name, of, query, wanted: parseWanted(section) };
}

function parseWanted(section: SectionReader): CanarySettings['wanted'] {
  const both = section.has('expect') && section.has('at_least');
  const neither = !section.has('expect') && !section.has('at_least');
  if (both) section.mistake('expect', 'this key beside at_least', 'one of the two');
  if (neither) section.mistake('expect', 'neither expect nor at_least', 'one of the two (required)');
  const bound = { allowed: 'a number (1000)', pattern: /^-?\d{1,15}(\.\d{1,9})?$/ };
  const atLeast = section.text('at_least', bound);
  if (atLeast !== undefined) return { atLeast: Number(atLeast) };
  return { expect: section.text('expect', { allowed: 'the answer, as text' }) ?? '' };
}

/** A first fence: the databases themselves are asked inside a transaction that may only read, where they have one. */
function onlyReads(query: string): boolean {
  const bare = bareSql(query);
  return /^\s*\(*\s*(select|with)\b/i.test(bare) && !/;|\binto\b/i.test(bare);
}
