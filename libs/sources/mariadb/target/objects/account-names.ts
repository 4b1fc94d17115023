import type { Connection } from '../../connect.ts';
import { accountName } from './account-name.ts';

/** Accounts and roles of the server, by their quoted names. */
export async function accountNames(
  connection: Connection,
): Promise<Map<string, { user: string; host: string }>> {
  const rows = await connection.query<{ user: string; host: string }>(
    'SELECT User AS user, Host AS host FROM mysql.user',
  );
  return new Map(rows.map((row) => [accountName(row), row]));
}
