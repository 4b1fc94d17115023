import { type Command, CommanderError } from 'commander';
import { LifeboatError } from '#platform/errors.ts';

/**
 * Parses argv by a commander program whose actions choose a command. Resolves with false where there is
 * nothing more to do (help and version were printed); a wrong argument becomes `usage`.
 */
export function parseArguments(program: Command, argv: readonly string[]): boolean {
  for (const command of withAllBelow(program)) {
    command.exitOverride().configureOutput({ outputError: () => undefined });
  }
  try {
    program.parse([...argv]);
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return false;
    const message = error.message.replace(/^error: /, '');
    throw new LifeboatError('usage', message === '(outputHelp)' ? 'no command was given' : message, {
      hint: `${program.name()} --help lists the commands and options`,
      cause: error,
    });
  }
}

function withAllBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withAllBelow)];
}
