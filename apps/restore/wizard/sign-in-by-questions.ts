import { signInForRestore } from '#sources/mariadb/target/sign-in-for-restore.ts';
import type { CommandContext } from '../command.ts';
import type { MariadbRequest } from '../request.ts';
import type { Prompts } from './prompts.ts';

/** BS-18: as root by the server's socket where that works, else with root's password, asked for until it is right. */
export function signInByQuestions(prompts: Prompts, { stdout }: CommandContext): MariadbRequest['signIn'] {
  return async ({ address, tls }, signal) => {
    const place = 'socket' in address ? address.socket : `${address.host}:${address.port}`;
    const signedIn = await signInForRestore(
      {
        address,
        tls,
        async askPassword(refused) {
          if (refused !== undefined)
            stdout.write(`${refused.message}; nothing was changed, try again (Ctrl+C leaves)\n`);
          return await prompts.secret(`Password of root for MariaDB at ${place}:`);
        },
      },
      signal,
    );
    stdout.write(
      `signed in to MariaDB at ${place} as root${signedIn.how === 'socket' ? ' by its socket' : ''}\n`,
    );
    return signedIn.server;
  };
}
