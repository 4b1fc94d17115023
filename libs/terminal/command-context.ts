import type { Clock } from '#platform/clock.ts';

/** What every command of both programs gets: where to look, where to write, when to stop. */
export interface CommandContext {
  /** Path of sysbackup.conf. */
  conf: string;
  /** The state folder that --state names. */
  state: string | undefined;
  /** Name of the tenant whose system is meant (`lifeboat --tenant`); undefined: the conf's own. */
  tenant?: string | undefined;
  json: boolean;
  /** No progress, no details: the final line only. */
  quiet: boolean;
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  signal: AbortSignal;
}

/** A command resolves with the program's exit status. */
export type ChosenCommand = (context: CommandContext) => Promise<number>;
