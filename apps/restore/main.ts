import { Command, Option } from 'commander';
import { systemClock } from '#platform/clock.ts';
import { ERRORS } from '#platform/errors.ts';
import { VERSION_LINE } from '#platform/program-version.ts';
import { defaultConf } from '#settings/default-places.ts';
import { parseArguments } from '#terminal/parse-arguments.ts';
import { runProgram } from '#terminal/run-program.ts';
import type { CommandContext } from './command.ts';
import { type RequestOptions, requestFrom } from './request-from-options.ts';

type ChosenCommand = (context: CommandContext) => Promise<number>;

await runProgram('lifeboat-restore', async (signal) => {
  let chosen: ChosenCommand | undefined;
  const program = describeProgram((command) => {
    chosen = command;
  });
  if (!parseArguments(program, process.argv)) return 0;
  return (await chosen?.(contextFrom(program.opts(), signal))) ?? 0;
});

/** Commands are loaded when they are chosen: drivers are what makes a start slow. */
function describeProgram(choose: (command: ChosenCommand) => void): Command {
  const program = new Command('lifeboat-restore')
    .description('brings a system back from an archive of lifeboat; without a command it asks step by step')
    .version(VERSION_LINE)
    .option('--conf <file>', "the system's sysbackup.conf", defaultConf(process.env))
    .option('--state <folder>', 'state folder: locks, journal, restore logs')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print the final line only')
    .addHelpText('after', examplesAndStatuses())
    .action(() => choose(async (context) => (await import('./wizard/run-wizard.ts')).runWizard(context)));
  program
    .command('inspect <archive>')
    .description('show what an archive holds')
    .action((path: string) =>
      choose(async (context) => (await import('./commands/inspect.ts')).inspect(context, path)),
    );
  program
    .command('verify <archive>')
    .description('read all of an archive and compare every hash')
    .action((path: string) =>
      choose(async (context) => (await import('./commands/verify.ts')).verify(context, path)),
    );
  withRequestOptions(program.command('plan <archive>'))
    .description('show what apply would do; changes nothing')
    .action((path: string, options: RequestOptions) =>
      choose(async (context) =>
        (await import('./commands/plan.ts')).plan(context, requestFrom(path, options)),
      ),
    );
  withRequestOptions(program.command('apply <archive>'))
    .description('restore: stage everything, check it, switch it over together')
    .option('--yes', 'confirm the plan')
    .action((path: string, options: RequestOptions) =>
      choose(async (context) =>
        (await import('./commands/apply.ts')).apply(context, requestFrom(path, options)),
      ),
    );
  program
    .command('extract <archive>')
    .description('take the contents out into a folder; no live file is touched')
    .option(
      '--into <folder>',
      'a folder that does not exist yet; default: named after the archive, beside it',
    )
    .option('--only <ids...>', 'components to take out')
    .action((path: string, options: { into?: string; only?: string[] }) =>
      choose(async (context) => (await import('./commands/extract.ts')).extract(context, path, options)),
    );
  return program;
}

function withRequestOptions(command: Command): Command {
  return command
    .option('--only <ids...>', 'components to restore, by the ids that inspect shows')
    .option('--installed-version <version>', 'the installed version, where it cannot be read')
    .option(
      '--trust-archive <name>',
      "obey places and commands of the archive's own conf: type the system's name",
    )
    .option('--agree-incomplete', 'restore from an incomplete archive')
    .option('--agree-other-machine', 'restore an archive that another machine made')
    .option('--mariadb-user <user>', 'sign in to MariaDB as this user')
    .option('--password-file <file>', 'file whose first line is the password of that user')
    .option('--end-sessions', 'end database sessions that block the switch-over')
    .option('--replace-accounts', 'set existing database accounts to what the archive holds')
    .option('--global-accounts', 'create missing database accounts that have rights on everything')
    .option('--drop-damaged', 'drop live tables that are damaged, which cannot be kept for going back')
    .addOption(
      new Option('--local-infile <how>', 'what to do where the server has local_infile off')
        .choices(['refuse', 'switch-on', 'insert'])
        .default('refuse'),
    );
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
    environment: process.env,
    clock: systemClock(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal,
  };
}

function examplesAndStatuses(): string {
  const statuses = Object.entries(ERRORS).map(([code, { exit }]) => `  ${String(exit).padStart(3)}  ${code}`);
  return `
Examples:
  lifeboat-restore                                  asks step by step
  lifeboat-restore inspect /backups/shop-20260401T214500Z-12.zip
  lifeboat-restore plan /backups/shop-20260401T214500Z-12.zip
  lifeboat-restore apply /backups/shop-20260401T214500Z-12.zip --yes

Exit status:
    0  done
${statuses.join('\n')}
`;
}
