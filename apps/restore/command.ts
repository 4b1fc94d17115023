import type { RestorePlaces } from './compose.ts';

/** What every command of the restore tool gets. */
export interface CommandContext extends RestorePlaces {
  json: boolean;
  quiet: boolean;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  signal: AbortSignal;
}

/** How texts for a person are to be laid out: no columns where they go into a pipe or a file. */
export function screenOf({ clock, stdout }: CommandContext): { zone: string; columns: number | undefined } {
  return { zone: clock.zone(), columns: stdout.isTTY ? stdout.columns : undefined };
}
