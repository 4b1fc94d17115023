import type { Command, Option } from 'commander';
import { type CommandLine, createProgram } from '#terminal/create-program.ts';

/**
 * Completion for bash, made of the definitions of a program's command line: commands, the options of each, words to
 * choose from; everywhere else names of files.
 */
export function bashCompletion(line: CommandLine): string {
  const program = createProgram(line, () => undefined);
  const called = `_${line.name.replaceAll('-', '_')}`;
  return `# bash completion for ${line.name}, made at its build
${called}() {
	local cur=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command= word
	local -i at
	for ((at = 1; at < COMP_CWORD; at++)); do
		word=\${COMP_WORDS[at]}
		case $word in
${valued(program.options)}) ((at++)) ;;
		-*) ;;
		*) command="$command $word" ;;
		esac
	done
	case $previous in
${choices(program)}	esac
	case $command in
${commandCases(program, '')}	esac
} && complete -o filenames -F ${called} ${line.name}
`;
}

/** Options of the program itself that take a value: it is not the command. */
function valued(options: readonly Option[]): string {
  return `\t\t${options
    .filter(({ required }) => required)
    .flatMap(flagsOf)
    .join(' | ')}`;
}

function choices(program: Command): string {
  const all = [program, ...program.commands].flatMap(({ options }) => options);
  const cases = all
    .filter(({ argChoices }) => argChoices !== undefined)
    .map(
      (option) =>
        `\t${option.long}) mapfile -t COMPREPLY < <(compgen -W '${option.argChoices?.join(' ')}' -- "$cur"); return ;;\n`,
    );
  return [...new Set(cases)].join('');
}

/** The words of the command so far, each after a space, and what may follow: options after a dash, else words or files. */
function commandCases(command: Command, path: string): string {
  const options = [...command.options.flatMap(flagsOf), '--help'].join(' ');
  const words = command.commands.map((below) => below.name());
  const rest = words.length > 0 ? `-W '${words.join(' ')}'` : '-f';
  const pattern = words.length > 0 ? `'${path}'` : `'${path}' | '${path} '*`;
  const own = `\t${pattern})
		case $cur in
		-*) mapfile -t COMPREPLY < <(compgen -W '${options}' -- "$cur") ;;
		*) mapfile -t COMPREPLY < <(compgen ${rest} -- "$cur") ;;
		esac
		;;
`;
  return command.commands.map((below) => commandCases(below, `${path} ${below.name()}`)).join('') + own;
}

function flagsOf({ short, long }: Option): string[] {
  return [short, long].filter((flag) => flag !== undefined && flag !== null);
}
