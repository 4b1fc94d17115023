import type { Command } from 'commander';
import type { ChosenCommand } from '#terminal/command-context.ts';
import { noteText } from './note-text.ts';

/** The commands about archives that are there. */
export function addArchiveCommands(program: Command, choose: (command: ChosenCommand) => void): void {
  program
    .command('list')
    .description('list the archives in the backup path')
    .action(() => choose(async (context) => (await import('../commands/list.ts')).list(context)));
  program
    .command('verify [archive]')
    .description('read an archive back in full and compare every hash; the newest without a name')
    .action((name?: string) =>
      choose(async (context) => (await import('../commands/verify.ts')).verify(context, name)),
    );
  program
    .command('drill [archive]')
    .description(
      'restore an archive into scratch places, check it, and drop them; the newest good one without a name',
    )
    .action((name?: string) =>
      choose(async (context) => (await import('../commands/drill.ts')).drill(context, name)),
    );
  addKeeping(program, choose);
}

/** Which of them stay. */
function addKeeping(program: Command, choose: (command: ChosenCommand) => void): void {
  program
    .command('delete <archive>')
    .description('delete one archive, by name or number')
    .option('--yes', 'delete it without asking')
    .option('--last-good', 'delete it even if it is the last good one')
    .action((name: string, options: { yes?: boolean; lastGood?: boolean }) =>
      choose(async (context) =>
        (await import('../commands/delete.ts')).deleteArchive(context, name, {
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
      choose(async (context) => (await import('../commands/pin.ts')).pin(context, name, options.note)),
    );
  program
    .command('release <archive>')
    .description('give a kept archive back to the rotation')
    .action((name: string) =>
      choose(async (context) => (await import('../commands/pin.ts')).release(context, name)),
    );
}
