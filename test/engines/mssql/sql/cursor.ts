import { RESERVED } from './reserved-words.ts';
import { refusal, type SqlFailure } from './sql-failure.ts';
import { type Token, tokenize } from './tokenize.ts';

const LONGEST_NAME = 128;

/** A place in a batch, moved on by what is taken. Whatever does not fit throws error 102, or 156 at a keyword. */
export interface Cursor {
  peek(ahead?: number): Token;
  next(): Token;
  /** Whether these words, or symbols, stand here; in this order. */
  at(...words: string[]): boolean;
  /** Takes them if they stand here. */
  accept(...words: string[]): boolean;
  expect(...words: string[]): void;
  /** A name, in brackets or not. */
  name(): string;
  /** `a.b.c` as its parts; an omitted middle one (`db..t`) is empty. */
  dottedName(): string[];
  /** One of these words, lower case. */
  oneOf(...words: string[]): string;
  failure(): SqlFailure;
  /** The word before this place, lower case. */
  lastWord(): string;
  /** Where the token before this place ends. */
  lastEnd(): number;
  /** The batch between two places, for the log. */
  slice(start: number, end: number): string;
}

export function openCursor(sql: string): Cursor {
  const tokens = tokenize(sql);
  let index = 0;
  const cursor: Cursor = {
    peek: (ahead = 0) => tokens[Math.min(index + ahead, tokens.length - 1)] as Token,
    next() {
      const token = cursor.peek();
      if (token.kind !== 'end') index++;
      return token;
    },
    at: (...words) =>
      words.every((word, ahead) => {
        const token = cursor.peek(ahead);
        return token.kind === 'symbol' ? token.text === word : token.word === word && word !== '';
      }),
    accept(...words) {
      if (!cursor.at(...words)) return false;
      index += words.length;
      return true;
    },
    expect(...words) {
      for (const word of words) if (!cursor.accept(word)) throw cursor.failure();
    },
    name() {
      const token = cursor.peek();
      const isName = token.kind === 'name' || (token.kind === 'word' && !RESERVED.has(token.word));
      if (!isName) throw cursor.failure();
      if (token.text.length > LONGEST_NAME) throw refusal(103, token.text.slice(0, LONGEST_NAME));
      index++;
      return token.text;
    },
    dottedName() {
      const parts = [cursor.name()];
      while (cursor.accept('.')) parts.push(cursor.at('.') ? '' : cursor.name());
      return parts;
    },
    oneOf(...words) {
      const { word } = cursor.peek();
      if (!words.includes(word) || word === '') throw cursor.failure();
      index++;
      return word;
    },
    failure() {
      const token = cursor.peek();
      if (RESERVED.has(token.word)) return refusal(156, token.text);
      return refusal(102, token.kind === 'end' ? (tokens.at(-2)?.text ?? '') : token.text);
    },
    lastWord: () => tokens[index - 1]?.word ?? '',
    lastEnd: () => tokens[index - 1]?.end ?? 0,
    slice: (start, end) => sql.slice(start, end),
  };
  return cursor;
}
