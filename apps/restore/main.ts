import { type Command, Option } from 'commander';
import { defaultConf } from '#settings/default-places.ts';
import type { ChosenCommand } from '#terminal/command-context.ts';
import type { CommandLine } from '#terminal/create-program.ts';
import { runCommandLine } from '#terminal/run-command-line.ts';
import { COMMAND_EXAMPLES } from './command-examples.ts';
import { type RequestOptions, requestFromOptions } from './request-from-options.ts';
import { type SignInOptions, signInRequest } from './sign-in-request.ts';
import { holdWindow } from './wizard/hold-window.ts';

const ARCHIVE = '/backups/shop-20260401T214500Z-12.zip';

/** What the program can do: also the source of its manual page and completion. */
export const commandLine: CommandLine = {
  name: 'lifeboat-restore',
  description: 'brings a system back from an archive of lifeboat; without a command it asks step by step',
  examples: [
    'lifeboat-restore                      asks step by step',
    `lifeboat-restore inspect ${ARCHIVE}`,
    `lifeboat-restore plan ${ARCHIVE}`,
    `lifeboat-restore apply ${ARCHIVE} --yes`,
  ],
  commandExamples: COMMAND_EXAMPLES,
  conf: defaultConf(process.env),
  addCommands,
};

if (import.meta.main) {
  await runCommandLine(commandLine);
  const { platform, argv, stdin, stdout } = process;
  await holdWindow({ platform, words: argv.slice(2), stdin, stdout });
}

/** Commands are loaded when they are chosen: drivers are what makes a start slow. */
function addCommands(program: Command, choose: (command: ChosenCommand) => void): void {
  program.action(() =>
    choose(async (context) => (await import('./wizard/run-wizard.ts')).runWizard(context)),
  );
  addLooking(program, choose);
  addBringingBack(program, choose);
  addGoingBack(program, choose);
}

function addLooking(program: Command, choose: (command: ChosenCommand) => void): void {
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
        (await import('./commands/plan.ts')).plan(context, requestFromOptions(path, options)),
      ),
    );
}

function addBringingBack(program: Command, choose: (command: ChosenCommand) => void): void {
  withRequestOptions(program.command('apply <archive>'))
    .description('restore: stage everything, check it, switch it over together')
    .option('--yes', 'confirm the plan')
    .option('--undo-on-failure', "go back if the system's start_check fails after the restore")
    .action((path: string, options: RequestOptions & { undoOnFailure?: boolean }) =>
      choose(async (context) =>
        (await import('./commands/apply.ts')).apply(context, requestFromOptions(path, options), {
          undoOnFailure: options.undoOnFailure ?? false,
        }),
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
}

/** What comes after a restore, or after one that was cut off. */
function addGoingBack(program: Command, choose: (command: ChosenCommand) => void): void {
  withSignIn(program.command('recover'))
    .description('end a restore that was cut off: in the old state or in the new one, and say in which')
    .option('--show', 'only show what was done of it, with the commands that go back by hand')
    .action((options: SignInOptions & { show?: boolean }) =>
      choose(async (context) =>
        (await import('./commands/recover.ts')).recover(context, signInRequest(options), {
          show: options.show ?? false,
        }),
      ),
    );
  withSignIn(program.command('undo [run]'))
    .description('bring back the state before a restore, by default before the newest')
    .action((run: string | undefined, options: SignInOptions) =>
      choose(async (context) =>
        (await import('./commands/undo.ts')).undo(context, signInRequest(options), run),
      ),
    );
  withSignIn(program.command('forget [run]'))
    .description('delete for good what is kept from before a restore')
    .option('--expired', 'of all that were kept for as long as keep_old_days says')
    .action((run: string | undefined, options: SignInOptions & { expired?: boolean }) =>
      choose(async (context) =>
        (await import('./commands/forget.ts')).forget(context, signInRequest(options), {
          run,
          expired: options.expired ?? false,
        }),
      ),
    );
  program
    .command('kept')
    .description('show what is kept from before restores: where, how much, until when')
    .action(() => choose(async (context) => (await import('./commands/kept.ts')).kept(context)));
}

function withSignIn(command: Command): Command {
  return command
    .option(
      '--mariadb-at <section=place...>',
      'another HOST:PORT or socket of [mariadb SECTION] than the conf has',
    )
    .option(
      '--mariadb-user <user>',
      'sign in to MariaDB as this user; else as root by its socket, or as the conf says',
    )
    .option('--password-file <file>', 'file whose first line is the MariaDB password of that user')
    .option('--mssql-user <login>', 'sign in to SQL Server as this login instead of the configured one')
    .option('--mssql-password-file <file>', 'file whose first line is the SQL Server password of that login')
    .option('--end-sessions', 'end database sessions that block the switch-over');
}

function withRequestOptions(command: Command): Command {
  return withSignIn(command)
    .option('--only <ids...>', 'components to restore, by the ids that inspect shows')
    .option('--installed-version <version>', 'the installed version, where it cannot be read')
    .option(
      '--trust-archive <name>',
      "obey places and commands of the archive's own conf: type the system's name",
    )
    .option(
      '--in-place <name>',
      "where there is no room to stage: delete what is live first, after a safety archive of it; type the system's name",
    )
    .option('--safety <folder>', 'where that safety archive goes; default: the backup path')
    .option('--agree-incomplete', 'restore from an incomplete archive')
    .option('--agree-other-machine', 'restore an archive that another machine made')
    .option('--replace-accounts', 'set existing database accounts to what the archive holds')
    .option('--global-accounts', 'create missing database accounts with their rights on the whole server')
    .option(
      '--drop-damaged',
      'drop live tables or databases that are damaged, which cannot be kept for going back',
    )
    .addOption(
      new Option('--local-infile <how>', 'what to do where the server has local_infile off')
        .choices(['refuse', 'switch-on', 'insert'])
        .default('refuse'),
    );
}
