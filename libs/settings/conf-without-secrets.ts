import { oneLine } from '#platform/one-line.ts';
import { readCommandText, readValue } from './read-value.ts';
import { type ConfLine, scanConf } from './scan-conf.ts';
import { COMMAND_KEYS, SECTION_KEYS } from './section-keys.ts';

/**
 * A conf text that can be shown to others: section headers and the values of known keys stay. What could hold a
 * secret that nobody knows of goes: comments, keys we do not know, arguments of commands, lines that are neither.
 * Line numbers stay. Takes any text.
 */
export function confWithoutSecrets(text: string): string {
  return scanConf(text)
    .map((line) => shown(line) + (line.eol === '' ? '' : '\n'))
    .join('');
}

function shown({ text, section, what }: ConfLine): string {
  if (what.kind === 'silent') return text.trim() === '' ? '' : '; (a comment)';
  if (what.kind === 'header') return text.trim();
  if (what.kind === 'strange') return '; (a line that cannot be understood)';
  const kind = section?.split(/\s/, 1)[0] ?? '';
  const known = Object.hasOwn(SECTION_KEYS, kind)
    ? SECTION_KEYS[kind as keyof typeof SECTION_KEYS].some((key) => key === what.key)
    : false;
  if (!known) return '; (a key that is not known)';
  const isCommand = COMMAND_KEYS.includes(what.key);
  const { value, trap } = (isCommand ? readCommandText : readValue)(what.raw ?? '');
  const shownValue = trap ? '(a value that is not clear)' : isCommand ? withoutArguments(value) : value;
  return `${what.key}${what.list ? '[]' : ''} = ${oneLine(shownValue)}`;
}

/** The program alone: an argument may be a token, and an address one that holds it. */
function withoutArguments(command: string): string {
  const [program = '', rest = ''] = /^("[^"]*"|'[^']*'|\S+)([\s\S]*)$/.exec(command)?.slice(1) ?? [];
  return rest.trim() === '' ? program : `${program} (arguments)`;
}
