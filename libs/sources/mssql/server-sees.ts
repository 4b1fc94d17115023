import type { Connection } from './connection.ts';
import { quoteText } from './quote-name.ts';

/** Whether the server sees a file at this path of its own. */
export async function serverSees(
  connection: Connection,
  path: string,
  signal: AbortSignal,
): Promise<boolean> {
  const [row] = await connection.ask(`EXEC master.sys.xp_fileexist ${quoteText(path)}`, signal);
  return Number(row?.['File Exists'] ?? 0) === 1;
}
