import { Command } from 'commander';
import { systemClock } from '#platform/clock.ts';
import { ERRORS } from '#platform/errors.ts';
import { VERSION_LINE } from '#platform/program-version.ts';
import type { ChosenCommand, CommandContext } from './command-context.ts';
import { parseArguments } from './parse-arguments.ts';
import { runProgram } from './run-program.ts';

export interface CommandLine {
  name: string;
  description: string;
  /** Lines that show how the program is called. */
  examples: readonly string[];
  /** Where sysbackup.conf lies unless --conf says otherwise. */
  conf: string;
  /** Adds the program's commands; the action of each tells `choose` what to run. */
  addCommands(program: Command, choose: (command: ChosenCommand) => void): void;
}

/** Runs a program from its command line: parses it, runs the chosen command, sets the exit status. */
export async function runCommandLine(line: CommandLine): Promise<void> {
  await runProgram(line.name, async (signal) => {
    let chosen: ChosenCommand | undefined;
    const program = baseProgram(line);
    line.addCommands(program, (command) => {
      chosen = command;
    });
    if (!parseArguments(program, process.argv)) return 0;
    return (await chosen?.(contextFrom(program.opts(), signal))) ?? 0;
  });
}

function baseProgram({ name, description, examples, conf }: CommandLine): Command {
  const statuses = Object.entries(ERRORS).map(([code, { exit }]) => `  ${String(exit).padStart(3)}  ${code}`);
  const help = [
    '',
    'Examples:',
    ...examples.map((example) => `  ${example}`),
    '',
    'Exit status:',
    '    0  done',
  ];
  return new Command(name)
    .description(description)
    .version(VERSION_LINE)
    .option('--conf <file>', "the system's sysbackup.conf", conf)
    .option('--state <folder>', 'state folder: locks, journal, restore logs, the last run')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print the final line only')
    .addHelpText('after', [...help, ...statuses].join('\n'));
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
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal,
  };
}
