import { LifeboatError } from '#platform/errors.ts';
import { isName, isSymbol, isWord, significant, type Token, tokens } from './tokens.ts';

/** SHOW CREATE TABLE taken apart; every text is a piece of the original. */
export interface TableDdl {
  name: string;
  items: TableItem[];
  /** What follows the closing parenthesis: options and partitions. */
  tail: string;
}

export type TableItem = ColumnItem | KeyItem | ForeignKeyItem | { kind: 'other'; text: string };

export interface ColumnItem {
  kind: 'column';
  text: string;
  /** Where `text` begins in the definition. */
  start: number;
  name: string;
  autoIncrement: boolean;
  /** A default that draws from a sequence, and the item's text without it. */
  sequenceDefault?: { expression: string; textWithout: string };
}

export interface KeyItem {
  kind: 'primary' | 'unique' | 'index';
  text: string;
  /** Undefined for the primary key. */
  name: string | undefined;
  /** Up to the first that has only a prefix in the key. */
  columns: string[];
  /** The first column or undefined (a key over an expression). */
  firstColumn: string | undefined;
  /** UNIQUE over long columns, WITHOUT OVERLAPS: these have to be there while rows come in. */
  special: boolean;
}

export interface ForeignKeyItem {
  kind: 'foreign';
  text: string;
  name: string;
  /** Undefined: the table's own database. */
  referencedDatabase: string | undefined;
  referencedTable: string;
  columns: string[];
  referencedColumns: string[];
  /** The item with its referenced table replaced by `at`, a quoted and qualified name. */
  referring(at: string): string;
}

/** Takes the output of SHOW CREATE TABLE apart. Throws `archive-damaged` if it is anything else. */
export function parseTableDdl(ddl: string): TableDdl {
  const list = significant(tokens(ddl));
  const name = list[2];
  if (!isWord(list[0], 'CREATE') || !isWord(list[1], 'TABLE') || !isName(name) || !isSymbol(list[3], '(')) {
    throw new LifeboatError('archive-damaged', 'a table definition of the archive is no CREATE TABLE');
  }
  const items: TableItem[] = [];
  let depth = 1;
  let first = 4;
  for (let at = 4; at < list.length; at++) {
    const token = list[at];
    if (isSymbol(token, '(')) depth++;
    if (isSymbol(token, ')')) depth--;
    if (depth === 0 || (depth === 1 && isSymbol(token, ','))) {
      items.push(parseItem(ddl, list.slice(first, at)));
      first = at + 1;
    }
    if (depth === 0) return { name: name.value, items, tail: ddl.slice(token!.end) };
  }
  throw new LifeboatError('archive-damaged', `the definition of table ${name.value} has no end`);
}

function parseItem(ddl: string, list: Token[]): TableItem {
  const [first, second, third] = list;
  if (!first) throw new LifeboatError('archive-damaged', 'a table definition has an empty entry');
  const text = ddl.slice(first.start, list.at(-1)!.end);
  if (first.kind === 'name') return parseColumn(ddl, list, text);
  if (isWord(first, 'PRIMARY')) return parseKey('primary', list, text);
  if (isWord(first, 'UNIQUE')) return parseKey('unique', list, text);
  if (isWord(first, 'KEY', 'INDEX')) return parseKey('index', list, text);
  if (isWord(first, 'FULLTEXT', 'SPATIAL', 'VECTOR') && isWord(second, 'KEY', 'INDEX')) {
    return parseKey('index', list, text);
  }
  if (isWord(first, 'CONSTRAINT') && isWord(third, 'FOREIGN')) return parseForeignKey(ddl, list, text);
  return { kind: 'other', text };
}

function parseColumn(ddl: string, list: Token[], text: string): ColumnItem {
  const { value: name, start } = list[0]!;
  const autoIncrement = list.some((token) => isWord(token, 'AUTO_INCREMENT'));
  const at = list.findIndex((token) => isWord(token, 'DEFAULT'));
  const end = at < 0 ? -1 : expressionEnd(list, at + 1);
  const drawsFromSequence = list
    .slice(at + 1, end)
    .some((token, i, inside) => isSequenceCall(token, inside[i + 1]));
  if (at < 0 || !drawsFromSequence) return { kind: 'column', text, start, name, autoIncrement };
  const expression = ddl.slice(list[at + 1]!.start, list[end - 1]!.end);
  // A hidden column that may not be NULL must have a default at all times.
  const meanwhile = list.some((token) => isWord(token, 'INVISIBLE')) ? 'DEFAULT 0' : '';
  const textWithout = `${ddl.slice(start, list[at]!.start)}${meanwhile}${ddl.slice(list[end - 1]!.end, list.at(-1)!.end)}`;
  return { kind: 'column', text, start, name, autoIncrement, sequenceDefault: { expression, textWithout } };
}

function isSequenceCall(token: Token, next: Token | undefined): boolean {
  return (
    isWord(token, 'NEXTVAL', 'LASTVAL', 'SETVAL') ||
    (isWord(token, 'NEXT', 'PREVIOUS') && isWord(next, 'VALUE'))
  );
}

/** A default is a parenthesis, or a function with its arguments; all else is a single token. */
function expressionEnd(list: Token[], start: number): number {
  let at = isSymbol(list[start], '(') ? start : start + 1;
  if (!isSymbol(list[at], '(')) return at;
  let depth = 0;
  for (; at < list.length; at++) {
    if (isSymbol(list[at], '(')) depth++;
    if (isSymbol(list[at], ')') && --depth === 0) return at + 1;
  }
  return list.length;
}

function parseKey(kind: KeyItem['kind'], list: Token[], text: string): KeyItem {
  const open = list.findIndex((token) => isSymbol(token, '('));
  const column = list[open + 1];
  const special = list.some(
    (token, i) => isWord(token, 'OVERLAPS') || (isWord(token, 'USING') && isWord(list[i + 1], 'HASH')),
  );
  const name = kind === 'primary' ? undefined : list[open - 1]?.value;
  return {
    kind,
    text,
    name,
    columns: listedNames(list, open),
    firstColumn: isName(column) ? column.value : undefined,
    special,
  };
}

function parseForeignKey(ddl: string, list: Token[], text: string): ForeignKeyItem {
  const references = list.findIndex((token) => isWord(token, 'REFERENCES'));
  const first = list[references + 1];
  const qualified = isSymbol(list[references + 2], '.');
  const table = qualified ? list[references + 3] : first;
  if (references < 0 || !isName(first) || !isName(table)) {
    throw new LifeboatError('archive-damaged', 'a foreign key of the archive refers to nothing');
  }
  const before = ddl.slice(list[0]!.start, first.start);
  const after = ddl.slice(table.end, list.at(-1)!.end);
  return {
    kind: 'foreign',
    text,
    name: list[1]!.value,
    referencedDatabase: qualified ? first.value : undefined,
    referencedTable: table.value,
    columns: listedNames(list, 0),
    referencedColumns: listedNames(list, references),
    referring: (at) => `${before}${at}${after}`,
  };
}

/** The names in the first parenthesis after `start`. */
function listedNames(list: Token[], start: number): string[] {
  const open = list.findIndex((token, i) => i >= start && isSymbol(token, '('));
  const close = list.findIndex((token, i) => i > open && isSymbol(token, ')'));
  return list.slice(open + 1, close).flatMap((token) => (isName(token) ? [token.value] : []));
}
