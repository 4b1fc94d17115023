import { quoteName } from '../../quote-name.ts';
import { isName, isSymbol, isWord, type Quoting, type Token, tokens } from '../../tokens.ts';

const BEFORE_TABLE = [
  'FROM',
  'JOIN',
  'STRAIGHT_JOIN',
  'NEXTVAL',
  'LASTVAL',
  'SETVAL',
  'FOR',
  'INTO',
  'UPDATE',
];

/**
 * A view's definition with the databases of the set replaced by their staging names. A name in front of one
 * dot may be a table's or its alias; it counts as a database only where a table or function can stand.
 */
export function renameDatabases(
  sql: string,
  stagingOf: (database: string) => string | undefined,
  quoting?: Quoting,
): string {
  const all = tokens(sql, quoting);
  const list = all.filter((token) => token.kind !== 'space');
  const replaced = new Map<Token, string>();
  for (const [at, token] of list.entries()) {
    if (!isName(token) || !isSymbol(list[at + 1], '.') || isSymbol(list[at - 1], '.')) continue;
    const staging = stagingOf(token.value);
    if (staging !== undefined && isDatabase(list, at)) replaced.set(token, quoteName(staging));
  }
  return all.map((token) => replaced.get(token) ?? token.text).join('');
}

function isDatabase(list: Token[], at: number): boolean {
  const threeParts = isSymbol(list[at + 3], '.');
  const call = isSymbol(list[at + 3], '(');
  if (threeParts || call) return true;
  let before = at - 1;
  while (isSymbol(list[before], '(')) before--;
  return isWord(list[before], ...BEFORE_TABLE);
}
