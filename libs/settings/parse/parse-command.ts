import { parseArgsStringToArgv } from 'string-argv';
import { quote } from '../quote.ts';
import type { SectionKey } from '../section-keys.ts';
import type { SectionReader } from '../section-reader.ts';

/** Words that only a shell would understand; a program would get them as arguments. */
const SHELL_WORDS = ['&&', '||', '|', '&', '>', '>>', '<', '2>&1'];

/** A program and its arguments as a list; what only a shell would understand is a mistake. */
export function parseCommand(section: SectionReader, key: SectionKey): string[] | undefined {
  const rule = { allowed: 'a program and its arguments, with quotes closed' };
  const line = section.text(key, { ...rule, pattern: /^(?:[^"']|"[^"]*"|'[^']*')*$/ });
  if (line === undefined) return undefined;
  const words = parseArgsStringToArgv(line);
  const shell = words.find((word) => SHELL_WORDS.includes(word));
  if (shell !== undefined) {
    section.mistake(
      key,
      `the word ${quote(shell)}`,
      'one program and its arguments: no shell reads it (use a script)',
    );
  }
  if ((words[0] ?? '') === '') section.mistake(key, 'an empty program name', rule.allowed);
  return words;
}
