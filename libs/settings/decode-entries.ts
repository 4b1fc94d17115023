import type { ConfSection } from './collect-sections.ts';
import type { MistakeList } from './mistakes.ts';
import { nearest } from './nearest.ts';
import { quote } from './quote.ts';
import { readCommandText, readValue } from './read-value.ts';
import { COMMAND_KEYS, LIST_KEYS, SECTION_KEYS, type SectionKey } from './section-keys.ts';

export interface DecodedEntry {
  key: SectionKey;
  list: boolean;
  line: number;
  /** Undefined where reading it was a mistake, recorded already. */
  value: string | undefined;
}

/** The entries of a section whose keys it knows; unknown keys, keys given twice and unreadable values are mistakes. */
export function decodeEntries(section: ConfSection, mistakes: MistakeList): DecodedEntry[] {
  const known: readonly string[] = SECTION_KEYS[section.kind];
  const decoded: DecodedEntry[] = [];
  for (const entry of section.entries) {
    const add = (found: string, allowed: string) =>
      mistakes.add({ line: entry.line, section: section.title, key: shown(entry.key) }, found, allowed);
    if (!known.includes(entry.key)) {
      // The value of an unknown key is never shown: it may be a password.
      if (/^(password|passwd|pass|pwd|secret)$/i.test(entry.key)) {
        add('a password in the conf', 'password_file or password_env (the conf is part of every archive)');
      } else if (entry.key === 'url') {
        add(
          'an address in the conf',
          'url_file or url_env (it may hold a token, and the conf is part of every archive)',
        );
      } else {
        add(`an unknown key${nearest(entry.key, known)}`, known.join(', '));
      }
      continue;
    }
    const first = decoded.find((other) => other.key === entry.key && !other.list && !entry.list);
    if (first) add(`this key a second time (first on line ${first.line})`, 'each key once in a section');
    decoded.push({ ...entry, key: entry.key as SectionKey, value: decodeEntry(entry, add) });
  }
  return decoded;
}

/** A line without `=` may be a password that lost it: only its first word is shown. */
function shown(key: string): string {
  return quote(key.split(/\s/)[0] ?? '').slice(1, -1);
}

function decodeEntry(
  entry: ConfSection['entries'][number],
  add: (found: string, allowed: string) => void,
): string | undefined {
  if (entry.list && !LIST_KEYS.includes(entry.key)) {
    add(`a list (${entry.key}[])`, `${entry.key} = one value`);
    return undefined;
  }
  if (entry.raw === undefined) {
    add('no = after the key', `${entry.key} = value`);
    return undefined;
  }
  const { value, trap } = (COMMAND_KEYS.includes(entry.key) ? readCommandText : readValue)(entry.raw);
  if (trap) {
    add(trap.found, trap.allowed);
    return undefined;
  }
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(value)) {
    add('a control character in the value', 'printable text');
    return undefined;
  }
  return value;
}
