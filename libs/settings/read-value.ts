import { unsafe } from 'ini';

export interface ConfValue {
  value: string;
  /** Where `ini` would read something else than the writer meant; the value is not to be used then. */
  trap?: { found: string; allowed: string };
}

/**
 * Decodes what stands right of a `=`, by the rules of the package `ini`: a whole value in single quotes is
 * literal, one in double quotes is a JSON text, otherwise `;` and `#` begin a comment, and `\;`, `\#`, `\\`
 * stand for the second character.
 */
export function readValue(raw: string): ConfValue {
  const text = raw.trim();
  return /^["']/.test(text) ? readQuoted(text) : readPlain(text);
}

/** Like readValue, but quotes belong to the words of the command line, not to the conf: they stay. */
export function readCommandText(raw: string): ConfValue {
  return readPlain(raw.trim());
}

/** Where the comment of an unquoted value begins, -1 without one. */
export function commentStart(text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === ';' || character === '#') return at;
  }
  return -1;
}

function readPlain(text: string): ConfValue {
  // The letter in front keeps ini from taking quotes of a command line off.
  const value = unsafe(`x${text}`).slice(1).trim();
  const comment = commentStart(text);
  if (comment <= 0 || /\s/.test(text.charAt(comment - 1))) return { value };
  return {
    value,
    trap: {
      found: `a ${text.charAt(comment)} inside a word, where a comment would begin`,
      allowed: `\\${text.charAt(comment)}, or a space before a comment`,
    },
  };
}

function readQuoted(text: string): ConfValue {
  const quote = text.charAt(0);
  const decoded: unknown = unsafe(text);
  const closed = text.length > 1 && text.endsWith(quote);
  if (!closed || (quote === '"' && (typeof decoded !== 'string' || decoded === text))) {
    return {
      value: '',
      trap: {
        found: `a value that begins with ${quote} and is not one quoted text to its end`,
        allowed:
          'a whole value in single quotes, with a comment on a line of its own (in double quotes \\ is \\\\)',
      },
    };
  }
  // In single quotes ini turns a number or a word such as true into a value of that type; here it stays text.
  return { value: typeof decoded === 'string' ? decoded : text.slice(1, -1) };
}
