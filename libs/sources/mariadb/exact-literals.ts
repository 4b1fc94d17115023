import type { Connection } from './connect.ts';
import { quoteName, quoteQualified, quoteText } from './quote-name.ts';
import { type ColumnItem, parseTableDdl } from './table-ddl.ts';
import { isSymbol, isWord, significant, type Token, tokens } from './tokens.ts';

/**
 * SHOW CREATE TABLE passes defaults and the labels of ENUM and SET through a character set that has no letters
 * beyond the Basic Multilingual Plane: each is shown as `?`, and so would be made. Where one of these texts
 * holds a `?`, the server is asked for its value instead. `ddl` with the true texts.
 */
export async function exactLiterals(
  connection: Connection,
  place: { database: string; table: string },
  ddl: string,
): Promise<string> {
  const columns = ddl.includes('?')
    ? parseTableDdl(ddl).items.filter((item) => item.kind === 'column' && item.text.includes('?'))
    : [];
  let exact = ddl;
  // From the end on, so that what is replaced moves nothing that is still to come.
  for (const column of (columns as ColumnItem[]).toReversed()) {
    for (const { token, value } of (await valuesOf(connection, place, column)).toReversed()) {
      const start = column.start + token.start;
      exact = `${exact.slice(0, start)}${value}${exact.slice(start + token.text.length)}`;
    }
  }
  return exact;
}

interface TrueValue {
  token: Token;
  /** As a literal. */
  value: string;
}

async function valuesOf(
  connection: Connection,
  place: { database: string; table: string },
  column: ColumnItem,
): Promise<TrueValue[]> {
  const list = significant(tokens(column.text));
  const values: TrueValue[] = [];
  const ask = async (token: Token, read: () => Promise<unknown>): Promise<void> => {
    const value = token.value.includes('?') ? literalOf(await read()) : undefined;
    if (value !== undefined) values.push({ token, value });
  };
  for (const [i, token] of labelsOf(list).entries()) {
    const number = isWord(list[1], 'SET') ? `1 << ${i}` : `${i + 1}`;
    await ask(token, () => readLabel(connection, place, column.name, number));
  }
  const at = list.findIndex((token) => isWord(token, 'DEFAULT'));
  const plain = list[at + 1];
  if (at > 0 && plain?.kind === 'text') await ask(plain, () => readDefault(connection, place, column.name));
  return values;
}

/** The texts in the parenthesis behind ENUM or SET. */
function labelsOf(list: Token[]): Token[] {
  if (!isWord(list[1], 'ENUM', 'SET')) return [];
  const end = list.findIndex((token) => isSymbol(token, ')'));
  return list.slice(0, end).filter((token) => token.kind === 'text');
}

async function readLabel(
  connection: Connection,
  { database, table }: { database: string; table: string },
  column: string,
  number: string,
): Promise<unknown> {
  const type = `${quoteQualified(database, table)}.${quoteName(column)}`;
  const results = await connection.query<{ label: unknown }[]>(
    `BEGIN NOT ATOMIC DECLARE v TYPE OF ${type}; SET v = ${number}; SELECT v AS label; END`,
  );
  return results[0]?.[0]?.label;
}

/** A column that may not be NULL has a default to be read only if the table has a row. */
async function readDefault(
  connection: Connection,
  { database, table }: { database: string; table: string },
  column: string,
): Promise<unknown> {
  const from = `FROM ${quoteQualified(database, table)}`;
  const select = `SELECT DEFAULT(${quoteName(column)}) AS value`;
  const [row] = await connection.query<{ value: unknown }>(`${select} ${from} LIMIT 1`);
  if (row) return row.value;
  const [empty] = await connection.query<{ value: unknown }>(`${select}, COUNT(*) ${from}`);
  return empty?.value;
}

function literalOf(value: unknown): string | undefined {
  if (typeof value === 'string') return quoteText(value);
  return Buffer.isBuffer(value) ? `X'${value.toString('hex')}'` : undefined;
}
