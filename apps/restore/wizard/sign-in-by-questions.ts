import { LifeboatError } from '#platform/errors.ts';
import { connectMariadb, type MariadbServer } from '#sources/mariadb/connect.ts';
import { placeOf } from '#sources/mariadb/place-of.ts';
import { type SignedIn, signInForRestore } from '#sources/mariadb/target/sign-in-for-restore.ts';
import type { MariadbRequest } from '../request.ts';
import { oncePerServer } from './once-per-server.ts';
import type { Prompts } from './prompts.ts';

type Way = Pick<MariadbServer, 'address' | 'tls'>;

/**
 * BS-18: as root by the server's socket where that works, else with root's password, asked for until it is
 * right. A server that does not answer can be started meanwhile. Each server is asked for once.
 */
export function signInByQuestions(prompts: Prompts): NonNullable<MariadbRequest['signIn']> {
  return oncePerServer(async ({ address, tls }, signal) => {
    const place = placeOf(address);
    for (;;) {
      try {
        const { server, how } = await signIn(prompts, { address, tls }, signal);
        const by = how === 'socket' ? ' by its socket, no password is needed' : '';
        prompts.tell(`Signed in to MariaDB at ${place} as root${by}.`);
        return server;
      } catch (error) {
        const gone = error instanceof LifeboatError && error.code === 'database-unreachable';
        if (!gone || signal.aborted) throw error;
        prompts.tell(`${error.message}. Nothing was changed.`);
        if (!(await prompts.yes('Start the server, then: try again?', true))) throw error;
      }
    }
  });
}

function signIn(prompts: Prompts, way: Way, signal: AbortSignal): Promise<SignedIn> {
  const askPassword = async (refused: LifeboatError | undefined): Promise<string> => {
    if (refused === undefined) await requireServer(way, signal);
    else tellRefused(prompts, refused, way);
    return await prompts.secret(`Password of root for MariaDB at ${placeOf(way.address)}:`);
  };
  return signInForRestore({ ...way, askPassword }, signal);
}

/** Nobody is to type a password for a server that is not there, or that would not do anyway. */
async function requireServer(way: Way, signal: AbortSignal): Promise<void> {
  try {
    await using _connection = await connectMariadb(
      { ...way, user: 'root', password: async () => undefined },
      signal,
    );
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code !== 'database-login-refused') throw error;
  }
}

function tellRefused(prompts: Prompts, refused: LifeboatError, { address }: Way): void {
  prompts.tell(`${refused.message}. Nothing was changed. Try again, or leave with Ctrl+C.`);
  if ('host' in address) {
    prompts.tell('(Where root has no password and signs in by socket, give "socket" in sysbackup.conf.)');
  }
}
