import { LifeboatError } from '#platform/errors.ts';
import { oneLine } from '#platform/one-line.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { wrapText } from '#terminal/wrap-text.ts';
import { screenOf } from '../screen-of.ts';

/** One row of a list to choose from. */
export interface Choice<Value> {
  name: string;
  value: Value;
  /** What stands for it once it is chosen; default: its name. */
  short?: string;
  /** Shown below the list while the cursor is on it. */
  about?: string;
  /** Why it cannot be chosen; shown beside it. */
  disabled?: string;
}

/**
 * The questions the wizard can ask. Each throws `not-confirmed` if the person leaves with Ctrl+C. Texts may
 * hold names from an archive: none of them can draw on the screen.
 */
export interface Prompts {
  /** Characters that a row of a list may have. */
  readonly width: number;
  tell(text: string): void;
  choose<Value>(message: string, choices: Choice<Value>[]): Promise<Value>;
  /** All are checked at first; at least one has to stay. */
  chooseSome(message: string, choices: Choice<string>[]): Promise<string[]>;
  /** Asks again, with the text to edit, until `validate` is content; a string says what is wrong. */
  text(message: string, validate: (text: string) => true | string | Promise<true | string>): Promise<string>;
  /** What is typed is not shown. */
  secret(message: string): Promise<string>;
  /** Enter alone means `otherwise`, by default no. */
  yes(message: string, otherwise?: boolean): Promise<boolean>;
}

/** Rows shown at once: a list of sixty still leaves its question on a small screen. */
const ROWS = 12;
/** Lines around the rows: the question, what the row is about, the keys. */
const FRAME = 7;
/** Room on the last line of a question: its mark, and `(y/N)` with the answer. */
const ANSWER = 12;
/** Cursor, check mark and the space after them. */
const ROW_MARGIN = 4;

export async function openPrompts(context: CommandContext): Promise<Prompts> {
  if (!context.stdin.isTTY) {
    throw new LifeboatError('usage', 'the wizard needs a terminal to ask its questions', {
      hint: 'use the commands inspect, plan and apply in scripts; --help shows them',
    });
  }
  const inquirer = await import('@inquirer/prompts');
  const streams = { input: context.stdin, output: context.stdout, signal: context.signal };
  const { columns } = screenOf(context);
  const list = { loop: false, pageSize: Math.max(3, Math.min(ROWS, (context.stdout.rows ?? 24) - FRAME)) };
  // The library breaks lines in the middle of words.
  const asked = (message: string): string =>
    wrapText(oneLine(message), columns === undefined ? undefined : columns - ANSWER);
  return {
    width: (columns ?? 80) - ROW_MARGIN,
    tell: (text) => void context.stdout.write(`${wrapText(oneLine(text), columns)}\n`),
    choose: (message, choices) =>
      ask(() => inquirer.select({ message: asked(message), choices: choices.map(asRow), ...list }, streams)),
    chooseSome: (message, choices) =>
      ask(() =>
        inquirer.checkbox(
          {
            message: asked(message),
            choices: choices.map((choice) => ({ ...asRow(choice), checked: true })),
            required: true,
            theme: {
              style: {
                renderSelectedChoices: (chosen: readonly unknown[]) =>
                  `${chosen.length} of ${choices.length}`,
              },
            },
            ...list,
          },
          streams,
        ),
      ),
    text: (message, validate) =>
      ask(() => inquirer.input({ message: asked(message), validate }, streams)).then((text) => text.trim()),
    secret: (message) =>
      ask(() => inquirer.password({ message: asked(message), mask: false, toggleMask: false }, streams)),
    yes: (message, otherwise = false) =>
      ask(() => inquirer.confirm({ message: asked(message), default: otherwise }, streams)),
  };
}

function asRow<Value>({ name, value, short, about, disabled }: Choice<Value>) {
  return {
    name: oneLine(name),
    value,
    short: oneLine(short ?? name),
    ...(about === undefined ? {} : { description: oneLine(about) }),
    ...(disabled === undefined ? {} : { disabled: oneLine(disabled) }),
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
