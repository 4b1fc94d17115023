import type { Connection } from '../connect.ts';
import type { AccountObject, DatabaseObjects } from '../format.ts';
import { parseTableDdl } from '../table-ddl.ts';
import { isSymbol, isWord, significant, type Token, tokens } from '../tokens.ts';
import { atLeast } from './at-least.ts';

/** Column types that came later than 10.4. */
const TYPES: Record<string, [number, number]> = {
  INET6: [10, 5],
  UUID: [10, 7],
  INET4: [10, 10],
  VECTOR: [11, 7],
};

/**
 * What the archive uses and this server does not know: collations, engines, column types, history of
 * versioned tables, sign-in plugins. A line each, naming the first object that uses it. Found here, before
 * anything is changed, instead of after half of the tables.
 */
export async function unknownFeatures(
  connection: Connection,
  databases: readonly DatabaseObjects[],
  accounts: readonly AccountObject[],
): Promise<string[]> {
  const collations = await knownCollations(connection);
  const engines = await upperNames(
    connection,
    "SELECT ENGINE AS name FROM information_schema.ENGINES WHERE SUPPORT IN ('YES', 'DEFAULT')",
  );
  const plugins = await upperNames(
    connection,
    `SELECT PLUGIN_NAME AS name FROM information_schema.PLUGINS
      WHERE PLUGIN_TYPE = 'AUTHENTICATION' AND PLUGIN_STATUS = 'ACTIVE'`,
  );
  const found = new Map<string, string>();
  const use = (what: string, where: string) => found.has(what) || found.set(what, where);
  for (const objects of databases) {
    const inDatabase = collationsOf(objects).filter(({ name }) => !collations.has(name.toUpperCase()));
    for (const { name, where } of inDatabase) use(`character set or collation ${name}`, where);
    for (const table of objects.tables) {
      const where = `table ${objects.database}.${table.name}`;
      if (!engines.has(table.engine.toUpperCase())) use(`storage engine ${table.engine}`, where);
      for (const type of laterTypes(table.ddl, connection.version)) use(`column type ${type}`, where);
      if (table.systemVersioned && !atLeast(connection.version, 10, 11)) {
        use('loading the history of system-versioned tables (MariaDB 10.11)', where);
      }
    }
  }
  for (const account of accounts) {
    for (const plugin of pluginsOf(account.create)) {
      if (!plugins.has(plugin.toUpperCase()))
        use(`sign-in plugin ${plugin}`, `account ${account.user}@${account.host}`);
    }
  }
  return [...found].map(([what, where]) => `the server does not know ${what}, used by ${where}`);
}

async function upperNames(connection: Connection, sql: string): Promise<Set<string>> {
  const rows = await connection.query<{ name: string }>(sql);
  return new Set(rows.map((row) => row.name.toUpperCase()));
}

/** Also character sets; newer servers show collations for all of Unicode under a short and a full name. */
async function knownCollations(connection: Connection): Promise<Set<string>> {
  const rows = await connection.query<Record<string, string | null>>(
    'SELECT * FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY',
  );
  const names = rows.flatMap((row) => [
    row['COLLATION_NAME'],
    row['FULL_COLLATION_NAME'],
    row['CHARACTER_SET_NAME'],
  ]);
  const known = new Set(names.filter((name) => typeof name === 'string').map((name) => name.toUpperCase()));
  // Until 10.6 and after it the same thing.
  if (known.has('UTF8MB3')) known.add('UTF8');
  return known;
}

function collationsOf(objects: DatabaseObjects): { name: string; where: string }[] {
  const own = [objects.charset, objects.collation].map((name) => ({
    name,
    where: `database ${objects.database}`,
  }));
  const ofTables = objects.tables.flatMap((table) =>
    collationsIn(table.ddl).map((name) => ({ name, where: `table ${objects.database}.${table.name}` })),
  );
  const code = [...objects.views, ...objects.triggers, ...objects.routines, ...objects.events];
  const ofCode = code.flatMap(({ name: object, context }) =>
    [context.charsetClient, context.collationConnection, context.databaseCollation]
      .filter((name) => name !== undefined)
      .map((name) => ({ name, where: `${objects.database}.${object}` })),
  );
  return [...own, ...ofTables, ...ofCode];
}

function collationsIn(ddl: string): string[] {
  const list = significant(tokens(ddl));
  return list.flatMap((token, at) => {
    const named =
      isWord(token, 'COLLATE', 'CHARSET') || (isWord(token, 'SET') && isWord(list[at - 1], 'CHARACTER'));
    const next: Token | undefined = isSymbol(list[at + 1], '=') ? list[at + 2] : list[at + 1];
    return named && next?.kind === 'word' ? [next.value] : [];
  });
}

function laterTypes(ddl: string, version: Connection['version']): string[] {
  return parseTableDdl(ddl).items.flatMap((item) => {
    if (item.kind !== 'column') return [];
    const type = significant(tokens(item.text))[1]?.value.toUpperCase() ?? '';
    const since = TYPES[type];
    return since && !atLeast(version, ...since) ? [type] : [];
  });
}

/** `IDENTIFIED VIA ed25519 USING '…' OR unix_socket`. */
function pluginsOf(create: string): string[] {
  const list = significant(tokens(create));
  const via = list.findIndex((token) => isWord(token, 'VIA', 'WITH'));
  if (via < 0 || !isWord(list[via - 1], 'IDENTIFIED')) return [];
  return list.flatMap((token, at) =>
    token.kind === 'word' && at > via && (at === via + 1 || isWord(list[at - 1], 'OR')) ? [token.value] : [],
  );
}
