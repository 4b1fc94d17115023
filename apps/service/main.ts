import type { Command } from 'commander';
import { defaultConf } from '#settings/default-places.ts';
import type { ChosenCommand } from '#terminal/command-context.ts';
import type { CommandLine } from '#terminal/create-program.ts';
import { runCommandLine } from '#terminal/run-command-line.ts';
import { addArchiveCommands } from './command-line/add-archive-commands.ts';
import { addMakingCommands } from './command-line/add-making-commands.ts';
import { addServiceCommands } from './command-line/add-service-commands.ts';
import { addSystemCommands } from './command-line/add-system-commands.ts';
import { addTellingCommands } from './command-line/add-telling-commands.ts';
import { COMMAND_EXAMPLES } from './command-line/command-examples.ts';

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

/** In the order of the help. Commands are loaded when they are chosen: drivers are what makes a start slow. */
function addCommands(program: Command, choose: (command: ChosenCommand) => void): void {
  program.option('--tenant <name>', 'a tenant in the place of the system that serves it');
  addMakingCommands(program, choose);
  addArchiveCommands(program, choose);
  addSystemCommands(program, choose);
  addTellingCommands(program, choose);
  addServiceCommands(program, choose);
}
