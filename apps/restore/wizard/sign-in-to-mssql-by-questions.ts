import { LifeboatError } from '#platform/errors.ts';
import type { MssqlServer } from '#sources/mssql/connection.ts';
import { placeOf } from '#sources/mssql/place-of.ts';
import { signInForRestore } from '#sources/mssql/target/sign-in-for-restore.ts';
import type { MssqlRequest } from '../request.ts';
import { oncePerServer } from './once-per-server.ts';
import type { Prompts } from './prompts.ts';

/**
 * BS-19: as the configured user, with the configured password where that works; otherwise its password is asked
 * for until it is right. A server that does not answer can be started meanwhile. Each login is asked for once.
 */
export function signInToMssqlByQuestions(prompts: Prompts): NonNullable<MssqlRequest['signIn']> {
  const login = ({ address, domain, user }: MssqlServer): unknown => [address, domain, user];
  return oncePerServer(async (server: MssqlServer, signal) => {
    const place = placeOf(server.address);
    const user = server.domain === undefined ? server.user : `${server.domain}\\${server.user}`;
    const askPassword = async (refused: LifeboatError): Promise<string> => {
      prompts.tell(`${refused.message}. Nothing was changed. Try again, or leave with Ctrl+C.`);
      return await prompts.secret(`Password of ${user} for SQL Server at ${place}:`);
    };
    for (;;) {
      try {
        const signedIn = await signInForRestore(server, askPassword, signal);
        prompts.tell(`Signed in to SQL Server at ${place} as ${user}.`);
        return signedIn;
      } catch (error) {
        const gone = error instanceof LifeboatError && error.code === 'database-unreachable';
        if (!gone || signal.aborted) throw error;
        prompts.tell(`${error.message}. Nothing was changed.`);
        if (!(await prompts.yes('Start the server, then: try again?', true))) throw error;
      }
    }
  }, login);
}
