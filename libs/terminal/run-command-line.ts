import { systemClock } from '#platform/clock.ts';
import type { ChosenCommand, CommandContext } from './command-context.ts';
import { type CommandLine, createProgram } from './create-program.ts';
import { parseArguments } from './parse-arguments.ts';
import { runProgram } from './run-program.ts';

/** Runs a program from its command line: parses it, runs the chosen command, sets the exit status. */
export async function runCommandLine(line: CommandLine): Promise<void> {
  await runProgram(line.name, async (signal) => {
    let chosen: ChosenCommand | undefined;
    const program = createProgram(line, (command) => {
      chosen = command;
    });
    if (!parseArguments(program, process.argv)) return 0;
    return (await chosen?.(contextFrom(program.opts(), signal))) ?? 0;
  });
}

function contextFrom(
  options: { conf: string; state?: string; tenant?: string; json?: boolean; quiet?: boolean },
  signal: AbortSignal,
): CommandContext {
  return {
    conf: options.conf,
    state: options.state,
    tenant: options.tenant,
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
