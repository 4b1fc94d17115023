import { type Command, InvalidArgumentError } from 'commander';
import type { BackupRequest } from '#backup/run-backup.ts';
import { LifeboatError } from '#platform/errors.ts';
import { oneLine } from '#platform/one-line.ts';
import { defaultConf } from '#settings/default-places.ts';
import type { ChosenCommand, CommandContext } from '#terminal/command-context.ts';
import type { CommandLine } from '#terminal/create-program.ts';
import { runCommandLine } from '#terminal/run-command-line.ts';
import { COMMAND_EXAMPLES } from './command-examples.ts';

const DEFAULT_PORT = 4190;
const LONGEST_NOTE = 200;

/** What the program can do: also the source of its manual page and completion. */
export const commandLine: CommandLine = {
  name: 'lifeboat',
  description: 'backs up the databases, folders and conf files of a system into one verified archive',
  examples: ['lifeboat check', 'lifeboat backup', 'lifeboat verify 12'],
  commandExamples: COMMAND_EXAMPLES,
  conf: defaultConf(process.env),
  addCommands,
};

if (import.meta.main) await runCommandLine(commandLine);

/** Commands are loaded when they are chosen: drivers are what makes a start slow. */
function addCommands(program: Command, choose: (command: ChosenCommand) => void): void {
  program.option('--tenant <name>', 'a tenant in the place of the system that serves it');
  program
    .command('backup')
    .description('make an archive now')
    .option('--before-update', 'keep it from the rotation until "lifeboat release"')
    .option('--note <text>', 'why it is kept, for the list', noteText)
    .option('--force', 'make it even if nothing has changed (only_if_changed)')
    .option(
      '--server <url>',
      'let the lifeboat service of another machine make it; needs --token-file and --copy-to',
    )
    .option('--token-file <file>', 'file with a token of that service')
    .option('--copy-to <folder>', 'where its archive is copied to')
    .action((options: BackupOptions) =>
      choose(async (context) => {
        const request = requestOf(options);
        const remote = remoteOf(options);
        return remote === undefined
          ? (await import('./commands/backup.ts')).backup(context, request)
          : (await import('./commands/backup-on-server.ts')).backupOnServer(context, request, remote);
      }),
    );
  program
    .command('pull')
    .description('fetch the archives of another machine that are not here yet')
    .requiredOption('--server <url>', 'address of its lifeboat service')
    .requiredOption('--token-file <file>', 'file with a token of that service (administrator)')
    .requiredOption('--to <folder>', 'folder for the copies; it must exist')
    .option('--keep <count>', 'how many are kept here', keepCount, 7)
    .option('--every <minutes>', 'again at this interval, until stopped', minutes)
    .action((options: { server: string; tokenFile: string; to: string; keep: number; every?: number }) =>
      choose(async (context) =>
        (await import('./commands/pull.ts')).pull(forAll(context), { ...options, every: options.every }),
      ),
    );
  program
    .command('list')
    .description('list the archives in the backup path')
    .action(() => choose(async (context) => (await import('./commands/list.ts')).list(context)));
  program
    .command('verify [archive]')
    .description('read an archive back in full and compare every hash; the newest without a name')
    .action((name?: string) =>
      choose(async (context) => (await import('./commands/verify.ts')).verify(context, name)),
    );
  program
    .command('drill [archive]')
    .description(
      'restore an archive into scratch places, check it, and drop them; the newest good one without a name',
    )
    .action((name?: string) =>
      choose(async (context) => (await import('./commands/drill.ts')).drill(context, name)),
    );
  program
    .command('delete <archive>')
    .description('delete one archive, by name or number')
    .option('--yes', 'delete it without asking')
    .option('--last-good', 'delete it even if it is the last good one')
    .action((name: string, options: { yes?: boolean; lastGood?: boolean }) =>
      choose(async (context) =>
        (await import('./commands/delete.ts')).deleteArchive(context, name, {
          yes: options.yes ?? false,
          lastGood: options.lastGood ?? false,
        }),
      ),
    );
  program
    .command('pin <archive>')
    .description('keep an archive from the rotation until it is released')
    .option('--note <text>', 'why it is kept, for the list', noteText)
    .action((name: string, options: { note?: string }) =>
      choose(async (context) => (await import('./commands/pin.ts')).pin(context, name, options.note)),
    );
  program
    .command('release <archive>')
    .description('give a kept archive back to the rotation')
    .action((name: string) =>
      choose(async (context) => (await import('./commands/pin.ts')).release(context, name)),
    );
  program
    .command('status')
    .description('show the last backup, the next one and the space')
    .action(() => choose(async (context) => (await import('./commands/status.ts')).status(context)));
  program
    .command('history')
    .description('show the backups that were made and how each ended')
    .option('--path', 'show only where backupHistory.json is')
    .action((options: { path?: boolean }) =>
      choose(async (context) =>
        (await import('./commands/history.ts')).history(context, { path: options.path ?? false }),
      ),
    );
  program
    .command('check')
    .description('could a backup run now? asks everything, changes nothing')
    .action(() => choose(async (context) => (await import('./commands/check.ts')).check(context)));
  program
    .command('stop')
    .description('stop the backup that is running; nothing half-made is left')
    .action(() => choose(async (context) => (await import('./commands/stop.ts')).stop(context)));
  program
    .command('settings [changes...]')
    .description('show the backup settings, or change them: keep=14 time=02:30; "prefix=" takes a key out')
    .option(
      '--confirm',
      'the settings that a restore brought back are wanted: archives may be removed by them',
    )
    .action((changes: string[], options: { confirm?: boolean }) =>
      choose(async (context) =>
        options.confirm
          ? (await import('./commands/confirm-settings.ts')).confirmSettings(context)
          : (await import('./commands/settings.ts')).settings(context, changes),
      ),
    );
  program
    .command('watch')
    .description('look at the age of the last good backup once, and raise the alarm if it is too old')
    .action(() => choose(async (context) => (await import('./commands/watch.ts')).watch(context)));
  program
    .command('notify [channel]')
    .description('list the channels that are told of failures; with --test send them a test')
    .option('--test', 'send a test')
    .action((channel: string | undefined, options: { test?: boolean }) =>
      choose(async (context) =>
        (await import('./commands/notify.ts')).notify(context, { test: options.test ?? false, channel }),
      ),
    );
  program
    .command('diagnostics')
    .description('write one ZIP for whoever helps: conf, journal, history, status, check; without secrets')
    .option('--output <file>', 'where to; a file of its own in this folder without it')
    .action((options: { output?: string }) =>
      choose(async (context) =>
        (await import('./commands/diagnostics.ts')).diagnostics(context, options.output),
      ),
    );
  program
    .command('tenants')
    .description('list the tenants of this service, each with the conf that lifeboat-restore takes')
    .action(() =>
      choose(async (context) => (await import('./commands/tenants.ts')).tenants(forAll(context))),
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
        (await import('./commands/serve.ts')).serve(forAll(context), { ...options, tls: tlsOf(options) }),
      ),
    );
  const signIn = program.command('sign-in').description('who may sign in on the page');
  signIn
    .command('code')
    .description('a one-time code by which an administrator chooses name and password on the page')
    .action(() => choose(async (context) => (await import('./commands/sign-in.ts')).signInCode(context)));
  signIn
    .command('reset <name>')
    .description('a one-time code by which a lost password is chosen anew')
    .action((name: string) =>
      choose(async (context) => (await import('./commands/sign-in.ts')).signInReset(context, name)),
    );
}

/** For commands that are not about one system: a tenant that is named would be passed over in silence. */
function forAll(context: CommandContext): CommandContext {
  if (context.tenant === undefined) return context;
  throw new LifeboatError('usage', '--tenant has no meaning for this command');
}

function tlsOf(options: { tlsCertificate?: string; tlsKey?: string }) {
  const { tlsCertificate: certificate, tlsKey: key } = options;
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  throw new LifeboatError('usage', '--tls-certificate and --tls-key belong together');
}

function keepCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 100) return count;
  throw new InvalidArgumentError('1 to 100 archives can be kept');
}

function minutes(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 10_080) return count;
  throw new InvalidArgumentError('an interval is 1 to 10080 minutes');
}

function remoteOf({ server, tokenFile, copyTo }: BackupOptions) {
  if (server === undefined && tokenFile === undefined && copyTo === undefined) return undefined;
  if (server !== undefined && tokenFile !== undefined && copyTo !== undefined)
    return { server, tokenFile, copyTo };
  throw new LifeboatError('usage', '--server, --token-file and --copy-to belong together');
}

interface BackupOptions {
  server?: string;
  tokenFile?: string;
  copyTo?: string;
  beforeUpdate?: boolean;
  note?: string;
  force?: boolean;
}

function requestOf({ beforeUpdate, note, force }: BackupOptions): BackupRequest {
  if (note !== undefined && !beforeUpdate) {
    throw new LifeboatError('usage', '--note is for an archive that is kept', {
      hint: 'add --before-update',
    });
  }
  return {
    force: force ?? false,
    ...(beforeUpdate ? { pin: note === undefined ? {} : { note } } : {}),
  };
}

function noteText(text: string): string {
  const note = oneLine(text).trim();
  if (note !== '' && note.length <= LONGEST_NOTE) return note;
  throw new InvalidArgumentError(`a note has 1 to ${LONGEST_NOTE} characters`);
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new InvalidArgumentError('a port is a whole number from 0 to 65535');
}
