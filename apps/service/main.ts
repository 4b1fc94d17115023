import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '#platform/clock.ts';
import { ERRORS } from '#platform/errors.ts';
import { VERSION_LINE } from '#platform/program-version.ts';
import { defaultConf } from '#settings/default-places.ts';
import { parseArguments } from '#terminal/parse-arguments.ts';
import { runProgram } from '#terminal/run-program.ts';
import type { CommandContext } from './command.ts';

const DEFAULT_PORT = 4190;

type ChosenCommand = (context: CommandContext) => Promise<number>;

await runProgram('lifeboat', async (signal) => {
  let chosen: ChosenCommand | undefined;
  const program = describeProgram((command) => {
    chosen = command;
  });
  if (!parseArguments(program, process.argv)) return 0;
  return (await chosen?.(contextFrom(program.opts(), signal))) ?? 0;
});

/** Commands are loaded when they are chosen: drivers are what makes a start slow. */
function describeProgram(choose: (command: ChosenCommand) => void): Command {
  const program = new Command('lifeboat')
    .description('backs up the databases, folders and conf files of a system into one verified archive')
    .version(VERSION_LINE)
    .option('--conf <file>', "the system's sysbackup.conf", defaultConf(process.env))
    .option('--state <folder>', 'state folder: locks, journal, the last run')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print the final line only')
    .addHelpText('after', exitStatuses());
  program
    .command('backup')
    .description('make an archive now')
    .action(() => choose(async (context) => (await import('./commands/backup.ts')).backup(context)));
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
    .command('status')
    .description('show the last backup, the next one and the space')
    .action(() => choose(async (context) => (await import('./commands/status.ts')).status(context)));
  program
    .command('check')
    .description('could a backup run now? asks everything, changes nothing')
    .action(() => choose(async (context) => (await import('./commands/check.ts')).check(context)));
  program
    .command('serve')
    .description('run until stopped and serve the status page')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on', portNumber, DEFAULT_PORT)
    .action((options: { host: string; port: number }) =>
      choose(async (context) => (await import('./commands/serve.ts')).serve(context, options)),
    );
  return program;
}

function contextFrom(
  options: { conf: string; state?: string; json?: boolean; quiet?: boolean },
  signal: AbortSignal,
): CommandContext {
  return {
    conf: options.conf,
    state: options.state,
    json: options.json ?? false,
    quiet: options.quiet ?? false,
    clock: systemClock(),
    environment: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    signal,
  };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new InvalidArgumentError('a port is a whole number from 0 to 65535');
}

function exitStatuses(): string {
  const lines = Object.entries(ERRORS).map(([code, { exit }]) => `  ${String(exit).padStart(3)}  ${code}`);
  return `\nExamples:\n  lifeboat check\n  lifeboat backup\n  lifeboat verify 12\n\nExit status:\n    0  done\n${lines.join('\n')}\n`;
}
