import type { Argument, Command, Option } from 'commander';
import { type CommandLine, createProgram } from '#terminal/create-program.ts';

/** A row of the table of exit statuses in docs/operations.md. */
export interface ExitStatus {
  exit: number;
  code: string;
  meaning: string;
}

/** Where the package puts things, for FILES. */
export type FileNote = readonly [path: string, what: string];

/**
 * A program's manual page, section 1, made of the definitions of its command line: what --help shows, and what each
 * exit status means.
 */
export function manualPage(
  line: CommandLine,
  about: {
    version: string;
    date: string;
    statuses: readonly ExitStatus[];
    files: readonly FileNote[];
    seeAlso: string;
  },
): string {
  const program = createProgram(line, () => undefined);
  return [
    `.TH ${line.name.toUpperCase()} 1 ${about.date} "Lifeboat ${about.version}" "Lifeboat"`,
    '.SH NAME',
    text(`${line.name} - ${line.description.split(';')[0]}`),
    '.SH SYNOPSIS',
    `.B ${text(line.name)}`,
    text('[options] command [arguments]'),
    '.SH DESCRIPTION',
    text(sentence(line.description)),
    text('Times, sizes and errors are told in English; with --json a result is one line of JSON.'),
    '.SH OPTIONS',
    ...optionLines(program.options),
    '.SH COMMANDS',
    ...program.commands.flatMap((command) => commandLines(command, line.commandExamples, '')),
    '.SH EXAMPLES',
    ...exampleLines(line.examples),
    '.SH EXIT STATUS',
    ...about.statuses.flatMap(({ exit, code, meaning }) => [
      '.TP',
      `.B ${exit}`,
      text(`${code}: ${meaning}`),
    ]),
    '.SH FILES',
    ...about.files.flatMap(([path, what]) => ['.TP', `.I ${text(path)}`, text(what)]),
    '.SH SEE ALSO',
    text(about.seeAlso),
    '',
  ].join('\n');
}

function commandLines(command: Command, examples: CommandLine['commandExamples'], above: string): string[] {
  const name = above + command.name();
  // What only holds other commands is not called by itself.
  if (command.commands.length > 0) {
    return command.commands.flatMap((below) => commandLines(below, examples, `${name} `));
  }
  const values = command.registeredArguments.map(argumentText);
  return [
    `.SS ${text([name, ...values].join(' '))}`,
    text(sentence(command.description())),
    ...optionLines(command.options),
    '.PP',
    ...exampleLines(examples[name] ?? []),
  ];
}

function argumentText(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? '...' : '');
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionLines(options: readonly Option[]): string[] {
  return options.flatMap((option) => {
    const { flags, description, argChoices, defaultValue } = option;
    const choices = argChoices === undefined ? '' : ` (${argChoices.join(', ')})`;
    const usual = defaultValue === undefined ? '' : ` [${defaultValue}]`;
    return ['.TP', `.B ${text(flags)}`, text(description + choices + usual)];
  });
}

function exampleLines(examples: readonly string[]): string[] {
  return ['.nf', '.RS', ...examples.map((example) => text(example)), '.RE', '.fi'];
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** Plain text as roff takes it: no letter of it is a request, and a hyphen stays one that can be copied. */
function text(plain: string): string {
  return plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/, '\\&');
}
