import { Command } from 'commander';
import { expect, test, vi } from 'vitest';
import { parseArguments } from '#terminal/parse-arguments.ts';

function program(chosen: unknown[] = []): Command {
  const root = new Command('lifeboat').option('--conf <file>').version('1.2.3');
  root.command('backup').action(() => void chosen.push('backup'));
  root
    .command('verify')
    .argument('<archive>')
    .option('--keep <count>')
    .action((archive, options) => void chosen.push({ archive, ...options }));
  root
    .command('sign-in')
    .command('code')
    .action(() => void chosen.push('code'));
  return root;
}

const parse = (args: string[], chosen: unknown[] = []): boolean =>
  parseArguments(program(chosen), ['node', 'lifeboat', ...args]);

test('the chosen command gets its arguments, to the letter', () => {
  const chosen: unknown[] = [];
  expect(parse(['verify', "o'neil $HOME (1).zip", '--keep', '3'], chosen)).toBe(true);
  expect(chosen).toEqual([{ archive: "o'neil $HOME (1).zip", keep: '3' }]);
});

test.each([
  [['bakup'], "unknown command 'bakup'"],
  [['backup', '--fast'], "unknown option '--fast'"],
  [['sign-in', 'code', '--fast'], "unknown option '--fast'"],
  [['verify'], "missing required argument 'archive'"],
  [['backup', 'too', 'much'], 'too many arguments'],
  [['--conf'], "option '--conf <file>' argument missing"],
])('%j is a wrong use: one error with its own status, nothing printed', (args, message) => {
  const printed = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    expect(() => parse(args)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: expect.stringContaining(message),
        hint: 'lifeboat --help lists the commands and options',
      }),
    );
    expect(printed).not.toHaveBeenCalled();
  } finally {
    printed.mockRestore();
  }
});

test('help and version are printed, and there is nothing more to do', () => {
  const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    expect(parse(['--version'])).toBe(false);
    expect(parse(['--help'])).toBe(false);
    expect(parse(['verify', '--help'])).toBe(false);
    expect(printed.mock.calls.map(([text]) => String(text))).toEqual([
      '1.2.3\n',
      expect.stringContaining('Usage: lifeboat'),
      expect.stringContaining('Usage: lifeboat verify'),
    ]);
  } finally {
    printed.mockRestore();
  }
});

test('no command at all is a wrong use that shows the help', () => {
  const printed = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    expect(() => parse([])).toThrow(
      expect.objectContaining({ code: 'usage', message: 'no command was given' }),
    );
    expect(printed).toHaveBeenCalledWith(expect.stringContaining('Usage: lifeboat'));
  } finally {
    printed.mockRestore();
  }
});

test('what an action throws comes through as it is', () => {
  const root = new Command('lifeboat');
  root.command('backup').action(() => {
    throw new TypeError('a defect');
  });
  expect(() => parseArguments(root, ['node', 'lifeboat', 'backup'])).toThrow(TypeError);
});
