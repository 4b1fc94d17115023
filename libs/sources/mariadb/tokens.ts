import { LifeboatError } from '#platform/errors.ts';

/**
 * A piece of a statement. `name` is a quoted identifier with its quotes undone in `value`; `word` is an
 * unquoted identifier, keyword or number; `space` covers comments too. The texts of all tokens joined are
 * the statement.
 */
export interface Token {
  kind: 'name' | 'word' | 'text' | 'symbol' | 'space';
  text: string;
  /** Name without quotes, content of a text, a word or symbol as it stands. */
  value: string;
  start: number;
  end: number;
}

export interface Quoting {
  /** `"` quotes a name, not a text (sql_mode ANSI_QUOTES, part of ORACLE). */
  ansiQuotes: boolean;
  /** A backslash in a text stands for itself (sql_mode NO_BACKSLASH_ESCAPES). */
  noBackslashEscapes: boolean;
}

const PLAIN: Quoting = { ansiQuotes: false, noBackslashEscapes: false };
const WORD = /[\p{L}\p{N}_$\u0080-\uffff]+/uy;
const SPACE = /\s+/uy;

/** How a statement made under `sqlMode` is to be read. */
export function quotingOf(sqlMode: string): Quoting {
  const modes = sqlMode.toUpperCase().split(',');
  return {
    ansiQuotes: modes.includes('ANSI_QUOTES') || modes.includes('ORACLE') || modes.includes('ANSI'),
    noBackslashEscapes: modes.includes('NO_BACKSLASH_ESCAPES'),
  };
}

/**
 * Cuts SQL into tokens as MariaDB does, so that rewriting never mistakes the inside of a text, a comment
 * or a quoted name for code. Executable comments are code: their opening and end count as space. Throws
 * `archive-damaged` for a quote or comment without end.
 */
export function tokens(sql: string, quoting: Quoting = PLAIN): Token[] {
  const list: Token[] = [];
  let position = 0;
  let executable = 0;
  const push = (kind: Token['kind'], end: number, value?: string): void => {
    const text = sql.slice(position, end);
    list.push({ kind, text, value: value ?? text, start: position, end });
    position = end;
  };
  while (position < sql.length) {
    const character = sql[position]!;
    if (character === '`' || (character === '"' && quoting.ansiQuotes)) {
      const end = quotedEnd(sql, position, true);
      push('name', end, undoubled(sql.slice(position + 1, end - 1), character));
    } else if (character === "'" || character === '"') {
      const end = quotedEnd(sql, position, quoting.noBackslashEscapes);
      push('text', end, sql.slice(position + 1, end - 1));
    } else if (matchAt(SPACE, sql, position)) {
      push('space', SPACE.lastIndex);
    } else if (isExecutableComment(sql, position)) {
      executable++;
      push('space', executableStart(sql, position));
    } else if (executable > 0 && sql.startsWith('*/', position)) {
      executable--;
      push('space', position + 2);
    } else if (commentEnd(sql, position) !== undefined) {
      push('space', commentEnd(sql, position)!);
    } else if (matchAt(WORD, sql, position)) {
      push('word', WORD.lastIndex);
    } else {
      push('symbol', position + 1);
    }
  }
  return list;
}

/** True for the unquoted word `keyword` (given in capitals). */
export function isWord(token: Token | undefined, ...keywords: string[]): boolean {
  return token?.kind === 'word' && keywords.includes(token.value.toUpperCase());
}

export function isSymbol(token: Token | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.value === symbol;
}

/** A quoted or bare identifier. */
export function isName(token: Token | undefined): token is Token {
  return token?.kind === 'name' || token?.kind === 'word';
}

/** Without spaces and comments. */
export function significant(list: Token[]): Token[] {
  return list.filter((token) => token.kind !== 'space');
}

function quotedEnd(sql: string, start: number, plain: boolean): number {
  const quote = sql[start];
  let at = start + 1;
  while (at < sql.length) {
    if (!plain && sql[at] === '\\') at += 2;
    else if (sql[at] !== quote) at++;
    else if (sql[at + 1] === quote) at += 2;
    else return at + 1;
  }
  throw new LifeboatError('archive-damaged', 'a statement of the archive has a quote without an end');
}

function undoubled(text: string, quote: string): string {
  return text.replaceAll(quote + quote, quote);
}

function matchAt(pattern: RegExp, sql: string, position: number): boolean {
  pattern.lastIndex = position;
  return pattern.test(sql);
}

function isExecutableComment(sql: string, position: number): boolean {
  return sql.startsWith('/*!', position) || sql.startsWith('/*M!', position);
}

function executableStart(sql: string, position: number): number {
  const digits = /\/\*M?!\d*/y;
  digits.lastIndex = position;
  digits.test(sql);
  return digits.lastIndex;
}

function commentEnd(sql: string, position: number): number | undefined {
  if (sql.startsWith('/*', position)) {
    const end = sql.indexOf('*/', position + 2);
    if (end >= 0) return end + 2;
    throw new LifeboatError('archive-damaged', 'a statement of the archive has a comment without an end');
  }
  const toLineEnd = sql[position] === '#' || /^--(\s|$)/.test(sql.slice(position, position + 3));
  if (!toLineEnd) return undefined;
  const end = sql.indexOf('\n', position);
  return end < 0 ? sql.length : end + 1;
}
