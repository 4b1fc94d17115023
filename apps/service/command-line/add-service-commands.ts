import type { Command } from 'commander';
import { LifeboatError } from '#platform/errors.ts';
import type { ChosenCommand } from '#terminal/command-context.ts';
import { forAll } from './for-all.ts';
import { wholeNumber } from './whole-number.ts';

const DEFAULT_PORT = 4190;
const portNumber = wholeNumber(0, 65_535, 'a port is a whole number from 0 to 65535');

/** The commands of the service: whom it serves, running it, and who may sign in. */
export function addServiceCommands(program: Command, choose: (command: ChosenCommand) => void): void {
  program
    .command('tenants')
    .description('list the tenants of this service, each with the conf that lifeboat-restore takes')
    .action(() =>
      choose(async (context) => (await import('../commands/tenants.ts')).tenants(forAll(context))),
    );
  program
    .command('serve')
    .description('run until stopped: backups that are due, the page, the API')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on', portNumber, DEFAULT_PORT)
    .option('--tls-certificate <file>', 'serve over TLS with this certificate (PEM); needs --tls-key')
    .option('--tls-key <file>', 'its private key (PEM)')
    .action((options: { host: string; port: number; tlsCertificate?: string; tlsKey?: string }) =>
      choose(async (context) =>
        (await import('../commands/serve.ts')).serve(forAll(context), { ...options, tls: tlsOf(options) }),
      ),
    );
  addSignIn(program.command('sign-in').description('who may sign in on the page'), choose);
}

function tlsOf(options: { tlsCertificate?: string; tlsKey?: string }) {
  const { tlsCertificate: certificate, tlsKey: key } = options;
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  throw new LifeboatError('usage', '--tls-certificate and --tls-key belong together');
}

function addSignIn(signIn: Command, choose: (command: ChosenCommand) => void): void {
  signIn
    .command('code')
    .description('a one-time code by which an administrator chooses name and password on the page')
    .action(() => choose(async (context) => (await import('../commands/sign-in.ts')).signInCode(context)));
  signIn
    .command('reset <name>')
    .description('a one-time code by which a lost password is chosen anew')
    .action((name: string) =>
      choose(async (context) => (await import('../commands/sign-in.ts')).signInReset(context, name)),
    );
}
