import type { Clock } from '#platform/clock.ts';

/** What every command gets: where to look, where to write, when to stop. */
export interface CommandContext {
  conf: string;
  state: string | undefined;
  json: boolean;
  /** No progress, no details: the final line only. */
  quiet: boolean;
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  signal: AbortSignal;
}

/** A command resolves with the program's exit status. */
export type Command<Args extends unknown[] = []> = (
  context: CommandContext,
  ...args: Args
) => Promise<number>;
