import { LifeboatError } from '#platform/errors.ts';
import type { CommandContext } from '../command.ts';

/** The questions the wizard can ask. Each throws `not-confirmed` if the person leaves with Ctrl+C. */
export interface Prompts {
  choose<Value>(message: string, choices: { name: string; value: Value }[]): Promise<Value>;
  chooseSome(message: string, choices: { name: string; value: string }[]): Promise<string[]>;
  text(message: string, validate: (text: string) => true | string): Promise<string>;
  /** What is typed is not shown. */
  secret(message: string): Promise<string>;
  yes(message: string): Promise<boolean>;
}

export async function openPrompts(context: CommandContext): Promise<Prompts> {
  if (!context.stdin.isTTY) {
    throw new LifeboatError('usage', 'the wizard needs a terminal to ask its questions', {
      hint: 'use the commands inspect, plan and apply in scripts; --help shows them',
    });
  }
  const inquirer = await import('@inquirer/prompts');
  const streams = { input: context.stdin, output: context.stdout, signal: context.signal };
  return {
    choose: (message, choices) =>
      ask(() => inquirer.select({ message, choices, loop: false, pageSize: 12 }, streams)),
    chooseSome: (message, choices) =>
      ask(() =>
        inquirer.checkbox(
          {
            message,
            choices: choices.map((choice) => ({ ...choice, checked: true })),
            required: true,
            loop: false,
            pageSize: 15,
          },
          streams,
        ),
      ),
    text: (message, validate) => ask(() => inquirer.input({ message, validate }, streams)),
    secret: (message) => ask(() => inquirer.password({ message, mask: false }, streams)),
    yes: (message) => ask(() => inquirer.confirm({ message, default: false }, streams)),
  };
}

async function ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  try {
    return await question();
  } catch (cause) {
    const left = cause instanceof Error && /^(ExitPromptError|AbortPromptError)$/.test(cause.name);
    if (!left) throw cause;
    throw new LifeboatError('not-confirmed', 'left before the end; nothing was changed', { cause });
  }
}
