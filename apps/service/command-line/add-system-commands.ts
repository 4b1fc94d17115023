import type { Command } from 'commander';
import type { ChosenCommand } from '#terminal/command-context.ts';

/** The commands that show how a system's backups stand, stop one, and set how they are made. */
export function addSystemCommands(program: Command, choose: (command: ChosenCommand) => void): void {
  program
    .command('status')
    .description('show the last backup, the next one and the space')
    .action(() => choose(async (context) => (await import('../commands/status.ts')).status(context)));
  program
    .command('history')
    .description('show the backups that were made and how each ended')
    .option('--path', 'show only where backupHistory.json is')
    .action((options: { path?: boolean }) =>
      choose(async (context) =>
        (await import('../commands/history.ts')).history(context, { path: options.path ?? false }),
      ),
    );
  program
    .command('check')
    .description('could a backup run now? asks everything, changes nothing')
    .action(() => choose(async (context) => (await import('../commands/check.ts')).check(context)));
  program
    .command('stop')
    .description('stop the backup that is running; nothing half-made is left')
    .action(() => choose(async (context) => (await import('../commands/stop.ts')).stop(context)));
  addSettings(program, choose);
}

function addSettings(program: Command, choose: (command: ChosenCommand) => void): void {
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
          ? (await import('../commands/confirm-settings.ts')).confirmSettings(context)
          : (await import('../commands/settings.ts')).settings(context, changes),
      ),
    );
}
