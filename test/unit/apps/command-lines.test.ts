import type { Command } from 'commander';
import { parseArgsStringToArgv } from 'string-argv';
import { expect, test } from 'vitest';
import { type CommandLine, createProgram } from '#terminal/create-program.ts';
import { parseArguments } from '#terminal/parse-arguments.ts';
import { commandLine as restore } from '../../../apps/restore/main.ts';
import { commandLine as service } from '../../../apps/service/main.ts';

const lines: [string, CommandLine][] = [service, restore].map((line) => [line.name, line]);

function namesOf(parent: Command, above = ''): string[] {
  return parent.commands.flatMap((command) => {
    const name = above + command.name();
    return [name, ...namesOf(command, `${name} `)];
  });
}

test.each(lines)('every command of %s has examples, and no example is of none', (_, line) => {
  const names = namesOf(createProgram(line, () => undefined));
  expect(names.length).toBeGreaterThan(4);
  expect(Object.keys(line.commandExamples).sort()).toEqual(names.sort());
});

test.each(lines)('every example of %s is understood', (_, line) => {
  const examples = [line.commandExamples, { '': line.examples }].flatMap((by) => Object.values(by).flat());
  for (const example of examples) {
    let chosen = 0;
    const program = createProgram(line, () => {
      chosen += 1;
    });
    // What an example does stands behind it, after two spaces.
    const [command = ''] = example.split(/ {2,}/);
    const words = parseArgsStringToArgv(command);
    expect(words[0], example).toBe(line.name);
    expect(parseArguments(program, ['node', ...words]), example).toBe(true);
    expect(chosen, example).toBe(1);
  }
});
