import { Command } from 'commander';
import { ERRORS } from '#platform/errors.ts';
import { VERSION_LINE } from '#platform/program-version.ts';
import type { ChosenCommand } from './command-context.ts';

export interface CommandLine {
  name: string;
  description: string;
  /** Lines that show how the program is called. */
  examples: readonly string[];
  /** The same for each command, by its name; `sign-in code` for a command of a command. */
  commandExamples: Readonly<Record<string, readonly string[]>>;
  /** Where sysbackup.conf lies unless --conf says otherwise. */
  conf: string;
  /** Adds the program's commands; the action of each tells `choose` what to run. */
  addCommands(program: Command, choose: (command: ChosenCommand) => void): void;
}

/** A program's commands, options and help; parsing it calls `choose` with what is to be run. */
export function createProgram(line: CommandLine, choose: (command: ChosenCommand) => void): Command {
  const statuses = Object.entries(ERRORS).map(([code, { exit }]) => `  ${String(exit).padStart(3)}  ${code}`);
  const program = new Command(line.name)
    .description(line.description)
    .version(VERSION_LINE)
    .option('--conf <file>', "the system's sysbackup.conf", line.conf)
    .option('--state <folder>', 'state folder: locks, journal, restore logs, the last run')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print the final line only')
    .addHelpText(
      'after',
      [...examplesText(line.examples), '', 'Exit status:', '    0  done', ...statuses].join('\n'),
    );
  line.addCommands(program, choose);
  addExamples(program, line.commandExamples, '');
  return program;
}

function addExamples(parent: Command, examples: CommandLine['commandExamples'], above: string): void {
  for (const command of parent.commands) {
    const name = above + command.name();
    const own = examples[name];
    if (own !== undefined) command.addHelpText('after', examplesText(own).join('\n'));
    addExamples(command, examples, `${name} `);
  }
}

function examplesText(examples: readonly string[]): string[] {
  return ['', 'Examples:', ...examples.map((example) => `  ${example}`)];
}
