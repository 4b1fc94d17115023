import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { temporaryFolder } from './temporary-folder.ts';

const run = promisify(execFile);

/** A program in a real terminal (tmux), as a person has it before them. Nothing is timed: every step waits for a text. */
export interface Terminal extends AsyncDisposable {
  /** Waits until the text stands on the screen or above it, line breaks being any white space; resolves with all of it. */
  shows(text: string | RegExp): Promise<string>;
  /** Waits until a question with this text waits for its answer. */
  asks(question: string): Promise<string>;
  /** Waits for the question, types the text and Enter. */
  answer(question: string, text: string): Promise<void>;
  type(text: string): Promise<void>;
  /** Keys by the names that tmux has for them: Enter, Down, Space, C-c. */
  press(...keys: string[]): Promise<void>;
  /** What stands on the screen now, without what has scrolled away. */
  screen(): Promise<string[]>;
  /** Waits for the program's end. */
  ended(): Promise<Ended>;
}

export interface Ended {
  status: number;
  /** Everything it ever wrote that is still in the terminal's history. */
  text: string;
  /** The final line, joined again if the terminal broke it. */
  last: string;
}

export interface TerminalOptions {
  columns?: number;
  rows?: number;
  environment?: NodeJS.ProcessEnv;
}

const PATIENCE_MS = 20_000;
const LOOK_MS = 25;

const ENDED = /^\[ended with (\d+)\]$/m;
/** tmux itself at times loses the status of a program that ended. Ctrl+C is the program's, not the shell's. */
const SAY_STATUS = `trap : INT; "$@"; printf '\n[ended with %s]\n' $?`;

export async function openTerminal(
  command: readonly string[],
  options: TerminalOptions = {},
): Promise<Terminal> {
  const folder = await temporaryFolder();
  const conf = folder.file('tmux.conf');
  await writeFile(conf, 'set -g remain-on-exit on\nset -g status off\nset -g history-limit 20000\n');
  const tmux = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, TMUX: undefined, LC_ALL: 'C.UTF-8', ...options.environment };
    return (await run('tmux', ['-u', '-S', folder.file('socket'), '-f', conf, ...args], { env })).stdout;
  };
  const size = ['-x', String(options.columns ?? 80), '-y', String(options.rows ?? 24)];
  await tmux('new-session', '-d', ...size, '--', 'sh', '-c', SAY_STATUS, 'sh', ...command);

  const everything = async (): Promise<string> => await tmux('capture-pane', '-p', '-J', '-S', '-');
  const waitFor = async (what: string, found: (text: string) => boolean): Promise<string> => {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const text = await everything();
      if (found(text)) return text;
      if (performance.now() > deadline) throw new Error(`the terminal never showed ${what}:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  const asks = (question: string): Promise<string> =>
    waitFor(`the question "${question}"`, (text) => openQuestion(text).includes(flat(question)));
  const type = async (text: string): Promise<void> => void (await tmux('send-keys', '-l', '--', text));
  const press = async (...keys: string[]): Promise<void> => void (await tmux('send-keys', '--', ...keys));

  return {
    shows: (text) =>
      waitFor(String(text), (all) =>
        typeof text === 'string' ? flat(all).includes(flat(text)) : text.test(flat(all)),
      ),
    asks,
    async answer(question, text) {
      await asks(question);
      if (text !== '') await type(text);
      await press('Enter');
    },
    type,
    press,
    screen: async () => (await tmux('capture-pane', '-p')).split('\n'),
    async ended() {
      const all = await waitFor('its end', (text) => ENDED.test(text));
      const text = all.slice(0, all.search(ENDED)).trimEnd();
      return { status: Number(ENDED.exec(all)?.[1]), text, last: text.split('\n').at(-1) ?? '' };
    },
    async [Symbol.asyncDispose]() {
      await tmux('kill-server');
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The last question, if it is still open: an answered one has a check mark for its question mark. */
function openQuestion(text: string): string {
  const at = Math.max(text.lastIndexOf('\n? '), text.startsWith('? ') ? 0 : -1);
  const answered = text.lastIndexOf('\n✔ ');
  return at > answered ? flat(text.slice(at)) : '';
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ');
}
