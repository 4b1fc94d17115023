import type { Connection } from './connect.ts';
import { quoteName } from './quote-name.ts';

/** The signed-in account as GRANT wants it. */
export async function accountOf(connection: Pick<Connection, 'query'>): Promise<string> {
  const [row] = await connection.query<{ account: string }>('SELECT CURRENT_USER() AS account');
  const at = row?.account.lastIndexOf('@') ?? -1;
  return `${quoteName(row?.account.slice(0, at) ?? '')}@${quoteName(row?.account.slice(at + 1) ?? '')}`;
}
