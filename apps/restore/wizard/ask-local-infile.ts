import { connectMariadb } from '#sources/mariadb/connect.ts';
import type { MariadbRequest } from '../request.ts';
import { oncePerServer } from './once-per-server.ts';
import type { Prompts } from './prompts.ts';

/** A server with local_infile off takes rows only by INSERT, unless the person agrees to switch it on meanwhile. */
export function askLocalInfile(prompts: Prompts): MariadbRequest['localInfile'] {
  return oncePerServer(async (server, signal) => {
    await using connection = await connectMariadb(server, signal);
    const [row] = await connection.query<{ on: string }>('SELECT @@global.local_infile AS `on`');
    if (row?.on === '1') return 'switch-on';
    prompts.tell(
      `MariaDB at ${connection.place} has local_infile off. Rows can be loaded all the same, but several times slower.`,
    );
    const on = await prompts.yes('Switch it on while rows are loaded, then off again?', true);
    return on ? 'switch-on' : 'insert';
  });
}
