import type { Connection } from '../../connect.ts';
import type { CreationContext } from '../../format.ts';
import { quoteName, quoteText } from '../../quote-name.ts';
import { SESSION_MODE } from '../session-mode.ts';

export interface ObjectToCreate {
  database: string;
  ddl: string;
  context: CreationContext;
}

const UTF8 = ['utf8mb4', 'utf8mb3', 'utf8'];

/**
 * Runs a CREATE of a view, trigger, routine or event in its database under the session state that the
 * object was made under, which the server stores with it. The session is as before afterwards.
 */
export async function createObject(connection: Connection, object: ObjectToCreate): Promise<void> {
  await connection.query(`USE ${quoteName(object.database)}`);
  const [now] = await connection.query<{ collation: string }>('SELECT @@collation_database AS collation');
  const { before, create, after } = creationStatements(object, now?.collation ?? '');
  try {
    for (const statement of [...before, create]) await connection.query(statement);
  } finally {
    for (const statement of after) await connection.query(statement);
  }
}

/**
 * The statements of createObject, the database being chosen already. `collation` is the database's present
 * one: it is stored with an object too, so if it was another then, it is set for the moment.
 */
export function creationStatements(
  { context, database, ddl }: ObjectToCreate,
  collation: string,
): { before: string[]; create: string; after: string[] } {
  const wanted = context.databaseCollation ?? collation;
  const align = (to: string) =>
    wanted === collation ? [] : [`ALTER DATABASE ${quoteName(database)} COLLATE ${to}`];
  // The definition is UTF-8; for another client charset the server itself converts it from a variable.
  const convert = !UTF8.includes(context.charsetClient) && !/^\p{ASCII}*$/u.test(ddl);
  return {
    before: [
      ...align(wanted),
      ...(convert ? [`SET @lifeboat_ddl = ${quoteText(ddl)}`] : []),
      `SET SESSION sql_mode = ${quoteText(context.sqlMode)}, character_set_client = ${context.charsetClient},
 collation_connection = ${context.collationConnection}, time_zone = ${quoteText(context.timeZone ?? '+00:00')}`,
    ],
    create: convert ? 'EXECUTE IMMEDIATE @lifeboat_ddl' : ddl,
    after: [
      `SET SESSION sql_mode = '${SESSION_MODE}', character_set_client = utf8mb4,
 collation_connection = utf8mb4_general_ci, time_zone = '+00:00'`,
      ...align(collation),
    ],
  };
}
