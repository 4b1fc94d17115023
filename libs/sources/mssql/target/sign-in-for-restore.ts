import { LifeboatError } from '#platform/errors.ts';
import { connectMssql } from '../connect.ts';
import type { MssqlServer } from '../connection.ts';

/**
 * BS-19: signs in as the configured user with the configured password. Where that cannot be read or is refused,
 * a password is asked for until one is right; a wrong one changes nothing. `refused`: why the last one would not
 * do. Undefined as an answer gives up: the last refusal is thrown. Throws what is not about the password.
 */
export async function signInForRestore(
  server: MssqlServer,
  askPassword: (refused: LifeboatError) => Promise<string | undefined>,
  signal: AbortSignal,
): Promise<MssqlServer> {
  let way = server;
  for (;;) {
    const refused = await tryToSignIn(way, signal);
    if (refused === undefined) return way;
    const password = await askPassword(refused);
    signal.throwIfAborted();
    if (password === undefined) throw refused;
    way = { ...server, password: async () => password };
  }
}

/** Resolves with the refusal, if it is about the password. */
async function tryToSignIn(server: MssqlServer, signal: AbortSignal): Promise<LifeboatError | undefined> {
  try {
    await using _connection = await connectMssql(server, signal);
    return undefined;
  } catch (error) {
    const aboutPassword = ['database-login-refused', 'secret-unreadable'];
    if (error instanceof LifeboatError && aboutPassword.includes(error.code)) return error;
    throw error;
  }
}
