import type { Command } from 'commander';
import type { ChosenCommand } from '#terminal/command-context.ts';

/** The commands that tell others how things stand: an alarm, a test of a channel, a file for whoever helps. */
export function addTellingCommands(program: Command, choose: (command: ChosenCommand) => void): void {
  program
    .command('watch')
    .description('look at the age of the last good backup once, and raise the alarm if it is too old')
    .action(() => choose(async (context) => (await import('../commands/watch.ts')).watch(context)));
  program
    .command('notify [channel]')
    .description('list the channels that are told of failures; with --test send them a test')
    .option('--test', 'send a test')
    .action((channel: string | undefined, options: { test?: boolean }) =>
      choose(async (context) =>
        (await import('../commands/notify.ts')).notify(context, { test: options.test ?? false, channel }),
      ),
    );
  program
    .command('diagnostics')
    .description('write one ZIP for whoever helps: conf, journal, history, status, check; without secrets')
    .option('--output <file>', 'where to; a file of its own in this folder without it')
    .action((options: { output?: string }) =>
      choose(async (context) =>
        (await import('../commands/diagnostics.ts')).diagnostics(context, options.output),
      ),
    );
}
