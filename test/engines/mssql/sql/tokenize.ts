import { refusal } from './sql-failure.ts';

export interface Token {
  /** `name` is in brackets or double quotes; `word` may be a keyword too. */
  kind: 'word' | 'name' | 'text' | 'number' | 'bytes' | 'variable' | 'symbol' | 'end';
  /** What stands there, without its quotes; a word's as it was written. */
  text: string;
  /** Lower case, for comparing keywords; empty for what cannot be one. */
  word: string;
  start: number;
  end: number;
}

const PATTERNS: readonly [Token['kind'] | 'nothing', RegExp][] = [
  ['nothing', /\s+|--[^\n]*|\/\*[\s\S]*?\*\//y],
  ['text', /N?'(?:[^']|'')*'/iy],
  ['name', /\[(?:[^\]]|\]\])*\]|"(?:[^"]|"")*"/y],
  ['bytes', /0x[0-9a-f]*/iy],
  ['number', /\d+(?:\.\d+)?/y],
  ['variable', /@@?[\p{L}_][\p{L}\p{N}_$#@]*/uy],
  ['word', /[\p{L}_#][\p{L}\p{N}_$#@]*/uy],
  ['symbol', /<=|>=|<>|!=|\+=|::|[-+*/%=<>(),.;:&|^~]/y],
];

/** T-SQL as tokens, an `end` last. Throws the server's own syntax errors. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const [kind, found] = match(sql, at);
    if (kind !== 'nothing') tokens.push(createToken(kind, found, at));
    at += found.length;
  }
  tokens.push({ kind: 'end', text: '', word: '', start: at, end: at });
  return tokens;
}

function match(sql: string, at: number): [Token['kind'] | 'nothing', string] {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(sql);
    if (found) return [kind, found[0]];
  }
  if (sql[at] === "'" || sql[at] === '[' || sql[at] === '"') throw refusal(105, sql.slice(at + 1, at + 40));
  throw refusal(102, sql.slice(at, at + 1));
}

function createToken(kind: Token['kind'], found: string, start: number): Token {
  const token: Token = { kind, text: found, word: '', start, end: start + found.length };
  if (kind === 'word') token.word = found.toLowerCase();
  if (kind === 'text') token.text = found.slice(found.indexOf("'") + 1, -1).replaceAll("''", "'");
  if (kind === 'name') {
    const quote = found.at(-1) as string;
    token.text = found.slice(1, -1).replaceAll(quote + quote, quote);
  }
  return token;
}
